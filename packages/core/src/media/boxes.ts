/** Boxes of ISO base media files (ISO/IEC 14496-12 section 4.2); no number in them is trusted. */
import { ShoalError } from '../errors/index.js';

export interface Box {
  /** Four characters, one a byte. */
  readonly type: string;
  /** First byte of the header. */
  readonly start: number;
  /** First byte after the header. */
  readonly body: number;
  /** First byte after the box. */
  readonly end: number;
}

/** Boxes beside each other in one file or parent; more is `media/box`. */
export const BOXES_MAX = 4096;

/** The boxes that fill `bytes` from `from` to `to`. Throws `media/box` when they do not. */
export function readBoxes(bytes: Uint8Array, from = 0, to: number = bytes.length): readonly Box[] {
  const boxes: Box[] = [];
  const view = viewOf(bytes);
  for (let at = from; at < to; ) {
    if (boxes.length >= BOXES_MAX) throw badBox(`more than ${BOXES_MAX} boxes in a row`);
    const box = boxAt(view, at, to);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** The boxes inside `box`, whose body begins with them after `skip` bytes. */
export function childBoxes(bytes: Uint8Array, box: Box, skip = 0): readonly Box[] {
  if (box.body + skip > box.end) throw badBox(`${box.type} is too short`);
  return readBoxes(bytes, box.body + skip, box.end);
}

/** All boxes at `path`, such as `['moof', 'traf', 'tfdt']`, in the order of the file. */
export function findBoxes(bytes: Uint8Array, path: readonly string[]): readonly Box[] {
  let found: readonly Box[] | undefined;
  for (const type of path) {
    const inner: readonly Box[] =
      found?.flatMap((box) => childBoxes(bytes, box)) ?? readBoxes(bytes);
    found = inner.filter((box) => box.type === type);
  }
  return found ?? [];
}

/** The fields of one box: every read outside its body is `media/box`. */
export interface BoxFields {
  u32(at: number): number;
  u64(at: number): bigint;
  readonly version: number;
  /** The 24 flag bits of a full box. */
  readonly flags: number;
  readonly length: number;
}

/** Offsets count from the first byte of the body, so that version and flags are at 0. */
export function boxFields(bytes: Uint8Array, box: Box): BoxFields {
  const view = viewOf(bytes);
  const length = box.end - box.body;
  const at = (offset: number, size: number): number => {
    if (offset < 0 || offset + size > length) throw badBox(`${box.type} is too short`);
    return box.body + offset;
  };
  return {
    u32: (offset) => view.getUint32(at(offset, 4)),
    u64: (offset) => view.getBigUint64(at(offset, 8)),
    get version() {
      return view.getUint8(at(0, 4));
    },
    get flags() {
      return view.getUint32(at(0, 4)) & 0xffffff;
    },
    length,
  };
}

/** The one error of this file's readers. */
export function badBox(detail: string): ShoalError {
  return new ShoalError('media/box', detail);
}

/** View of exactly these bytes, wherever they lie in their buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function boxAt(view: DataView, start: number, to: number): Box {
  const left = to - start;
  if (left < 8) throw badBox(`${left} bytes where a box should begin`);
  const short = view.getUint32(start);
  if (short === 1 && left < 16) throw badBox('a box is cut off');
  const header = short === 1 ? 16 : 8;
  // A size of zero means: to the end.
  const size = short === 0 ? left : short === 1 ? Number(view.getBigUint64(start + 8)) : short;
  const type = typeAt(view, start + 4);
  if (size < header) throw badBox(`a box of ${size} bytes`);
  if (size > left) throw badBox(`a box of ${size} bytes where ${left} are left`);
  return { type, start, body: start + header, end: start + size };
}

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}
