/**
 * A mark in each segment that players ignore and the page shim reads: which bytes were appended.
 */

const MAGIC = 'bnch:';
const STAMP_BYTES = 40;

/**
 * Inserts a `free` box that names the segment, behind `styp` (offsets in `sidx` count from the
 * end of `sidx`, so it must not come between `sidx` and `moof`).
 */
export function stampSegment(bytes, name) {
  const at = boxType(bytes, 0) === 'styp' ? bytes.readUInt32BE(0) : 0;
  const stamp = Buffer.alloc(STAMP_BYTES);
  stamp.writeUInt32BE(STAMP_BYTES, 0);
  stamp.write('free', 4, 'latin1');
  stamp.write(`${MAGIC}${name};`, 8, 'latin1');
  return Buffer.concat([bytes.subarray(0, at), stamp, bytes.subarray(at)]);
}

/** The name stamped into a segment, or undefined. The page shim holds a twin of this. */
export function readStamp(bytes) {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const at = head.indexOf(MAGIC);
  if (at < 0) return undefined;
  return head.slice(at + MAGIC.length, head.indexOf(';', at));
}

function boxType(bytes, at) {
  return bytes.toString('latin1', at + 4, at + 8);
}
