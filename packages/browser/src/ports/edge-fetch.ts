/** Streaming GETs with fetch: ranges, aborts, and answers that are cut to what was asked. */
import type { EdgeAnswer, EdgeFetch, EdgeRequest } from '@shoal/host';

type Reader = ReadableStreamDefaultReader<Uint8Array>;

export interface EdgeFetchOptions {
  /** Default `same-origin`, as hls.js does. */
  readonly credentials?: RequestCredentials;
}

export function browserEdgeFetch(options: EdgeFetchOptions = {}): EdgeFetch {
  return {
    get(request, answer) {
      const abort = new AbortController();
      void run(request, answer, abort.signal, options);
      return () => abort.abort();
    },
  };
}

async function run(
  request: EdgeRequest,
  answer: EdgeAnswer,
  signal: AbortSignal,
  options: EdgeFetchOptions,
): Promise<void> {
  let status = 0;
  let done = false;
  let reader: Reader | undefined;
  try {
    const response = await fetch(request.url, initOf(request, signal, options));
    status = response.status;
    reader = response.body?.getReader();
    const skip = skipOf(request, response);
    done = skip !== undefined && (await pump(request, reader, skip, answer, signal));
  } catch {
    done = false;
  }
  if (!signal.aborted) answer.onEnd({ done, status });
  await finish(reader).catch(() => {});
}

/**
 * Ranges bypass the browser's cache: it locks an entry while one of its ranges is being written, so
 * that ranges of one segment would queue behind each other.
 */
function initOf(
  request: EdgeRequest,
  signal: AbortSignal,
  { credentials = 'same-origin' }: EdgeFetchOptions,
): RequestInit {
  const { from, to, fresh } = request;
  if (from === 0 && to === undefined) {
    return { signal, credentials, cache: fresh ? 'reload' : 'default' };
  }
  const headers = { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` };
  return { signal, credentials, cache: fresh ? 'reload' : 'no-store', headers };
}

/** Bytes to drop before the range begins; undefined when the answer does not hold it. */
function skipOf(request: EdgeRequest, response: Response): number | undefined {
  if (response.status === 200) return request.from;
  if (response.status !== 206) return undefined;
  const header = response.headers.get('content-range');
  // Another origin may hide the header; the record's hashes catch what is wrong.
  if (header === null) return 0;
  const start = Number(/^bytes (\d+)-/.exec(header)?.[1] ?? Number.NaN);
  return start === request.from ? 0 : undefined;
}

/** Hands the range over as it comes; returns whether all of it came. */
async function pump(
  { from, to }: EdgeRequest,
  reader: Reader | undefined,
  skip: number,
  answer: EdgeAnswer,
  signal: AbortSignal,
): Promise<boolean> {
  if (!reader) return false;
  const wanted = to === undefined ? Number.POSITIVE_INFINITY : to - from;
  let skipped = 0;
  let given = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (signal.aborted) return false;
    if (done) return to === undefined || given === wanted;
    const start = Math.min(skip - skipped, value.length);
    skipped += start;
    const chunk = value.subarray(start, start + wanted - given);
    given += chunk.length;
    if (chunk.length > 0) answer.onBytes(chunk);
    if (given === wanted) return true;
  }
}

/**
 * Reads the end of a body that should be at its end, for then its connection is used again; cuts
 * off what goes on.
 */
async function finish(reader: Reader | undefined): Promise<void> {
  const rest = await reader?.read();
  if (rest?.done === false) await reader?.cancel();
}
