/** A body, or a range of one, past every cache. */
import { initOf } from './edge-fetch.js';

/** `to` undefined: to the end. Undefined when it does not come. */
export async function freshBody(
  url: string,
  from: number,
  to: number | undefined,
): Promise<ArrayBuffer | undefined> {
  try {
    const response = await fetch(url, initOf({ url, from, to, fresh: true }));
    return response.ok ? await response.arrayBuffer() : undefined;
  } catch {
    return undefined;
  }
}
