/** `have`: which pieces of a part the sender holds. */
import type { PartKey } from '../units/index.js';
import { type Field, flag, struct, uint, type Wire } from './field.js';
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

const body: Field<Omit<Have, 'type'>> = (wire: Wire, have) => {
  const start = head(wire, have);
  if (flag(wire, have?.bits === 'all')) return { ...start, bits: 'all' };
  const bits = wire.bytes(Math.ceil(start.pieces / 8), have?.bits as Uint8Array | undefined);
  wire.check((bits.at(-1) ?? 0) < 256 >> (bits.length * 8 - start.pieces), 'bits');
  return { ...start, bits };
};

export const have: Kind<Have> = kind(0x04, 'have', body);
