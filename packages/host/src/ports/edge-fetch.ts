/** Port: streaming GETs, of whole bodies and of byte ranges. */
import type { Bytes } from '@shoal/core/units';

export interface EdgeRequest {
  readonly url: string;
  /** First byte wanted. */
  readonly from: Bytes;
  /** First byte not wanted; undefined: to the end. */
  readonly to: Bytes | undefined;
  /** Bypass every cache on the way. */
  readonly fresh: boolean;
}

export interface EdgeAnswer {
  /**
   * The next bytes of the range, in order; never more than were asked for. The receiver owns them.
   */
  onBytes(chunk: Uint8Array): void;
  /**
   * The last call, exactly one unless aborted. `done`: the whole range came. `status` is that of
   * HTTP, 0 when no answer came. An answer to another range than the asked one is an answer that is
   * not done.
   */
  onEnd(end: { readonly done: boolean; readonly status: number }): void;
}

export interface EdgeFetch {
  /**
   * Starts a GET; nothing is called before it returns. Returns its abort, after which nothing is
   * called.
   */
  get(request: EdgeRequest, answer: EdgeAnswer): () => void;
}
