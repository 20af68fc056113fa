/** Streaming GETs with Node's own fetch. */
import type { EdgeAnswer, EdgeFetch, EdgeRequest } from '@shoal/host';

export function nodeEdgeFetch(): EdgeFetch {
  return {
    get(request, answer) {
      const abort = new AbortController();
      void run(request, answer, abort.signal);
      return () => abort.abort();
    },
  };
}

async function run(request: EdgeRequest, answer: EdgeAnswer, signal: AbortSignal): Promise<void> {
  let status = 0;
  let done = false;
  try {
    const response = await fetch(request.url, { signal, headers: headersOf(request) });
    status = response.status;
    done = await pump(request, response, answer, signal);
  } catch {
    done = false;
  }
  if (!signal.aborted) answer.onEnd({ done, status });
}

function headersOf({ from, to, fresh }: EdgeRequest): Record<string, string> {
  const cache: Record<string, string> = fresh ? { 'Cache-Control': 'no-cache' } : {};
  if (from === 0 && to === undefined) return cache;
  return { ...cache, Range: `bytes=${from}-${to === undefined ? '' : to - 1}` };
}

/** Hands the range over as it comes; returns whether all of it came. */
async function pump(
  request: EdgeRequest,
  response: Response,
  answer: EdgeAnswer,
  signal: AbortSignal,
): Promise<boolean> {
  const { from, to } = request;
  const skip = skipOf(from, response);
  if (skip === undefined || response.body === null) {
    await response.body?.cancel();
    return false;
  }
  const wanted = to === undefined ? Number.POSITIVE_INFINITY : to - from;
  let skipped = 0;
  let given = 0;
  for await (const value of response.body as AsyncIterable<Uint8Array>) {
    if (signal.aborted) return false;
    const start = Math.min(skip - skipped, value.length);
    skipped += start;
    const chunk = value.subarray(start, start + wanted - given);
    given += chunk.length;
    if (chunk.length > 0) answer.onBytes(chunk);
    if (given === wanted) return true;
  }
  return to === undefined;
}

/** Bytes to drop before the range begins; undefined when the answer does not hold it. */
function skipOf(from: number, { status, headers }: Response): number | undefined {
  if (status === 200) return from;
  const start = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1];
  return status === 206 && Number(start) === from ? 0 : undefined;
}
