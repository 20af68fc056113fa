/**
 * What one fetch has received so far: unchecked bytes, sliced into pieces as the machine asks for
 * them.
 */

export interface FetchBuffer {
  add(chunk: Uint8Array): void;
  length(): number;
  /** A copy of all that came. */
  whole(): Uint8Array<ArrayBuffer>;
  /** A copy of `length` bytes at `offset`; undefined when they are not all there. */
  slice(offset: number, length: number): Uint8Array<ArrayBuffer> | undefined;
}

/** `expected`: how much is coming, when known; a buffer grows beyond it if it must. */
export function createFetchBuffer(expected: number | undefined): FetchBuffer {
  let bytes = new Uint8Array(Math.min(expected ?? FIRST_BYTES, EXPECTED_MAX));
  let length = 0;
  return {
    add(chunk) {
      if (length + chunk.length > bytes.length) {
        const grown = new Uint8Array(Math.max(2 * bytes.length, length + chunk.length));
        grown.set(bytes.subarray(0, length));
        bytes = grown;
      }
      bytes.set(chunk, length);
      length += chunk.length;
    },
    length: () => length,
    whole: () => bytes.slice(0, length),
    slice: (offset, count) =>
      offset + count <= length ? bytes.slice(offset, offset + count) : undefined,
  };
}

/** A common segment; one doubling more or less is cheap. */
const FIRST_BYTES = 262_144;
/** Nothing is reserved on somebody's word alone. */
const EXPECTED_MAX = 8_388_608;
