/** `have`: which pieces of a part the sender holds. */
import type { PartKey } from '../units/index.js';
import { type Field, flag, struct, uint } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, kind } from './message.js';
import { partKeyField } from './part-key.js';

export interface Have {
  readonly type: 'have';
  readonly key: PartKey;
  /** How many pieces the part has. */
  readonly pieces: number;
  /**
   * All of them, or those whose bit is set (bit i of byte i>>3, low bit first; spare bits are
   * zero).
   */
  readonly bits: Uint8Array | 'all';
}

const head = struct<Pick<Have, 'key' | 'pieces'>>({
  key: partKeyField,
  pieces: uint(2, LIMITS.pieces),
});

const body: Field<Omit<Have, 'type'>> = {
  write(to, have) {
    head.write(to, have);
    flag.write(to, have.bits === 'all');
    if (have.bits === 'all') return;
    to.check(fits(have.bits, have.pieces), 'bits');
    to.bytes(have.bits);
  },
  read(from) {
    const start = head.read(from);
    if (flag.read(from)) return { ...start, bits: 'all' };
    const bits = from.view(Math.ceil(start.pieces / 8)).slice();
    from.check(fits(bits, start.pieces), 'bits');
    return { ...start, bits };
  },
};

export const have: Kind<Have> = kind(0x04, 'have', body);

/** A bit for every piece, and none set beyond the last. */
function fits(bits: Uint8Array, pieces: number): boolean {
  const spare = bits.length * 8 - pieces;
  return spare >= 0 && spare < 8 && (bits.at(-1) ?? 0) < 256 >> spare;
}
