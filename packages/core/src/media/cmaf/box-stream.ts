/** Cuts a stream of bytes into the boxes of its top level; what is announced is never trusted. */
import { badBox, viewOf } from '../boxes.js';

export interface WholeBox {
  /** Four characters, one a byte. */
  readonly type: string;
  /** The box with its header; nobody else holds this memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface BoxStream {
  /** The boxes that these bytes complete. Throws `media/box`; the stream is of no use after that. */
  push(chunk: Uint8Array): readonly WholeBox[];
}

/** Bytes of one box of a live stream: a frame, or the description of one. */
export const STREAM_BOX_BYTES_MAX = 16 * 1024 * 1024;

export function createBoxStream(bytesMax: number = STREAM_BOX_BYTES_MAX): BoxStream {
  let held = new Uint8Array(4096);
  let from = 0;
  let to = 0;
  const room = (more: number): void => {
    if (to + more <= held.length) return;
    const left = held.subarray(from, to);
    const larger = new Uint8Array(Math.max(held.length, 2 * (left.length + more)));
    larger.set(left);
    [held, from, to] = [larger, 0, left.length];
  };
  return {
    push: (chunk) => {
      room(chunk.length);
      held.set(chunk, to);
      to += chunk.length;
      const boxes: WholeBox[] = [];
      for (;;) {
        const size = sizeOf(held.subarray(from, to), bytesMax);
        if (size === undefined || to - from < size) return boxes;
        const bytes = held.slice(from, from + size);
        boxes.push({ type: String.fromCharCode(...bytes.subarray(4, 8)), bytes });
        from += size;
      }
    },
  };
}

/** Undefined while the header is not all there. A box that ends with the stream never ends. */
function sizeOf(head: Uint8Array, bytesMax: number): number | undefined {
  if (head.length < 8) return undefined;
  const view = viewOf(head);
  const short = view.getUint32(0);
  if (short !== 1) return checked(short, 8, bytesMax);
  return head.length < 16 ? undefined : checked(Number(view.getBigUint64(8)), 16, bytesMax);
}

function checked(size: number, least: number, bytesMax: number): number {
  if (size < least || size > bytesMax) throw badBox(`a box of ${size} bytes in a live stream`);
  return size;
}
