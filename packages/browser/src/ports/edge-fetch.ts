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
      const { signal } = abort;
      void run(request, answer, { ...initOf(request), ...options, signal });
      return () => abort.abort();
    },
  };
}

async function run(
  request: EdgeRequest,
  answer: EdgeAnswer,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<void> {
  const { signal } = init;
  let status = 0;
  let done = false;
  let reader: Reader | undefined;
  try {
    const response = await fetch(request.url, init);
    status = response.status;
    reader = response.body?.getReader();
    const start = startOf(request, response);
    done = start !== undefined && (await pump(request, reader, start, answer, signal));
  } catch {
    // What came is kept; the end below says that it is not all.
  }
  if (!signal.aborted) answer.onEnd({ done, status });
  await finish(reader).catch(() => {});
}

/**
 * Ranges bypass the browser's cache: it locks an entry while one of its ranges is being written, so
 * that ranges of one segment would queue behind each other.
 */
export function initOf({ from, to, fresh }: EdgeRequest): RequestInit {
  const whole = from === 0 && to === undefined;
  const cache = fresh ? 'reload' : whole ? 'default' : 'no-store';
  return whole
    ? { cache }
    : { cache, headers: { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` } };
}

/** The first byte of the answer's body; undefined when it is not what was asked for. */
function startOf({ from }: EdgeRequest, response: Response): number | undefined {
  if (response.status === 200) return 0;
  if (response.status !== 206) return undefined;
  const header = response.headers.get('content-range');
  // Another origin may hide the header; the record's hashes catch what is wrong.
  return header === null || header.startsWith(`bytes ${from}-`) ? from : undefined;
}

/** Hands the range over as it comes, of a body that begins at `start`; whether all of it came. */
async function pump(
  { from, to = Number.POSITIVE_INFINITY }: EdgeRequest,
  reader: Reader | undefined,
  start: number,
  answer: EdgeAnswer,
  signal: AbortSignal,
): Promise<boolean> {
  if (!reader) return false;
  for (let at = start; at < to; ) {
    const { done, value } = await reader.read();
    if (signal.aborted) return false;
    if (done) return to === Number.POSITIVE_INFINITY;
    const chunk = value.subarray(Math.max(0, from - at), to - at);
    at += value.length;
    if (chunk.length > 0) answer.onBytes(chunk);
  }
  return true;
}

/**
 * Reads the end of a body that should be at its end, for then its connection is used again; cuts
 * off what goes on.
 */
async function finish(reader: Reader | undefined): Promise<void> {
  const rest = await reader?.read();
  if (rest?.done === false) await reader?.cancel();
}
