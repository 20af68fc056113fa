/** A body, or a range of one, past every cache. */
import { browserEdgeFetch } from './edge-fetch.js';

/** `to` undefined: to the end. Undefined when it does not come whole. */
export function freshBody(
  url: string,
  from: number,
  to: number | undefined,
): Promise<ArrayBuffer | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  return new Promise((resolve) => {
    browserEdgeFetch().get(
      { url, from, to, fresh: true },
      {
        onBytes: (chunk) => chunks.push(chunk as Uint8Array<ArrayBuffer>),
        onEnd({ done }) {
          if (done) void new Blob(chunks).arrayBuffer().then(resolve);
          else resolve(undefined);
        },
      },
    );
  });
}
