/** Port: where a stream's bytes come from: somebody's HTTP server, a folder, or a generator. */

/** A byte range inside a file: `from` is its first byte. */
export interface Slice {
  readonly from: number;
  readonly length: number;
}

export interface Opened {
  /** HTTP status, or what it would be. The body is only meaningful for 200. */
  readonly status: number;
  /** What the body will come to, when it was announced. */
  readonly length: number | undefined;
  readonly type: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Whether nothing was asked of an upstream for it. */
  readonly local: boolean;
}

/** What tells one version of a playlist from the next; only its source reads it. */
export type Validator = string;

export type PlaylistAnswer =
  | { readonly type: 'unchanged' }
  | {
      readonly type: 'text';
      readonly text: string;
      /** Where it finally was: relative addresses in it start there. */
      readonly url: string;
      readonly validator: Validator | undefined;
    };

export interface Source {
  /**
   * Reads a playlist. Not there, too large, not allowed or not answering is a `server/upstream` or
   * `server/source` error.
   */
  playlist(url: string, seen: Validator | undefined, signal?: AbortSignal): Promise<PlaylistAnswer>;
  /** Opens an object. Rejects when no answer came at all. */
  open(url: string, slice: Slice | undefined, signal: AbortSignal): Promise<Opened>;
}

/** Most characters of one playlist; a day of two-second segments fits. */
export const PLAYLIST_BYTES_MAX = 4 * 1024 * 1024;
