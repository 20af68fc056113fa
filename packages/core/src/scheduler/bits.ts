/** Bit fields of pieces: bit i is in byte i >> 3, low bit first. */

export function makeBits(count: number): Uint8Array {
  return new Uint8Array((count + 7) >> 3);
}

export function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

/** Whether the bit changed. An index beyond the field changes nothing. */
export function setBit(bits: Uint8Array, index: number, on = true): boolean {
  if (index >> 3 >= bits.length || hasBit(bits, index) === on) return false;
  bits[index >> 3]! ^= 1 << (index & 7);
  return true;
}

export function countBits(bits: Uint8Array, count: number): number {
  let held = 0;
  for (let i = 0; i < count; i++) if (hasBit(bits, i)) held++;
  return held;
}
