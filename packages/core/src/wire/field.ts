/**
 * Fields: each is one definition that both writes and reads, so that the two directions cannot
 * disagree.
 */
import type { PeerId } from '../units/index.js';
import { Reader } from './reader.js';
import { bytesText, hex, textBytes } from './text.js';
import { Writer } from './writer.js';

export interface Field<T> {
  write(to: Writer, value: T): void;
  read(from: Reader): T;
}

/** A field for every property: written and read in the order of the definition. */
export type Fields<T> = { readonly [Name in keyof T]-?: Field<T[Name]> };

/** Whole numbers from `min` to `max` in `width` bytes. */
export function uint(width: number, max = 256 ** width - 1, min = 0): Field<number> {
  const inRange = (value: number): boolean => value >= min && value <= max;
  const plain: Field<number> = {
    write: (to, value) => to.uint(width, value),
    read: (from) => from.uint(width),
  };
  return refined(plain, inRange, 'range');
}

/** A measured quantity: rounded to a whole number and held within the width when written. */
export function measure(width: number): Field<number> {
  const max = Math.min(256 ** width - 1, Number.MAX_SAFE_INTEGER);
  return {
    write: (to, value) => to.uint(width, Math.min(max, Math.max(0, Math.round(value)))),
    read: (from) => from.uint(width),
  };
}

/** One of a few words, as its index in `words`. */
export function word<const T>(...words: readonly T[]): Field<T> {
  return {
    write(to, value) {
      to.check(words.includes(value), 'word');
      to.uint(1, words.indexOf(value));
    },
    read(from) {
      const index = from.uint(1);
      from.check(index < words.length, 'word');
      return words[index] as T;
    },
  };
}

/** Exactly `length` bytes; what is read is a copy. */
export function bytes(length: number): Field<Uint8Array> {
  return {
    write(to, value) {
      to.check(value.length === length, 'length');
      to.bytes(value);
    },
    read: (from) => from.view(length).slice(),
  };
}

/** At most `max` UTF-8 bytes after a length of two bytes. */
export function text(max: number): Field<string> {
  return {
    write(to, value) {
      const spelt = to.defined(textBytes(value), 'text');
      to.check(spelt.length <= max, 'length');
      to.uint(2, spelt.length);
      to.bytes(spelt);
    },
    read(from) {
      const length = from.uint(2);
      from.check(length <= max, 'length');
      return from.defined(bytesText(from.view(length)), 'text');
    },
  };
}

/** At most `max` items, 255 or fewer, after their count in one byte. */
export function list<T>(max: number, item: Field<T>): Field<readonly T[]> {
  return {
    write(to, values) {
      to.check(values.length <= max, 'count');
      to.uint(1, values.length);
      for (const value of values) item.write(to, value);
    },
    read(from) {
      const count = from.uint(1);
      from.check(count <= max, 'count');
      return Array.from({ length: count }, () => item.read(from));
    },
  };
}

/** A field that may be absent, after a byte that says so. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    write(to, value) {
      flag.write(to, value !== undefined);
      if (value !== undefined) field.write(to, value);
    },
    read: (from) => (flag.read(from) ? field.read(from) : undefined),
  };
}

export function struct<T extends object>(fields: Fields<T>): Field<T> {
  const entries = Object.entries(fields) as [keyof T, Field<T[keyof T]>][];
  return {
    write(to, value) {
      for (const [name, field] of entries) field.write(to, value[name]);
    },
    read(from) {
      const value: Partial<T> = {};
      for (const [name, field] of entries) value[name] = field.read(from);
      return value as T;
    },
  };
}

/**
 * A field whose values keep a rule: breaking it is a violation when read and a bug when written.
 */
export function refined<T>(field: Field<T>, holds: (value: T) => boolean, rule: string): Field<T> {
  return {
    write(to, value) {
      to.check(holds(value), rule);
      field.write(to, value);
    },
    read(from) {
      const value = field.read(from);
      from.check(holds(value), rule);
      return value;
    },
  };
}

/** The whole of `value` as bytes. */
export function encode<T>(field: Field<T>, value: T): Uint8Array<ArrayBuffer> {
  const to = new Writer();
  field.write(to, value);
  return to.finish();
}

/** The value that `bytes`, at most `max` of them, hold from end to end. Throws `wire/violation`. */
export function decode<T>(field: Field<T>, bytes: Uint8Array, max: number): T {
  const from = new Reader(bytes, max);
  const value = field.read(from);
  from.end();
  return value;
}

export const u8 = uint(1);
export const u16 = uint(2);
export const u32 = uint(4);
/** 0 to 2^53 - 1 in eight bytes. */
export const u53 = uint(8, Number.MAX_SAFE_INTEGER);
export const flag: Field<boolean> = word(false, true);

/** Eight bytes on the wire, sixteen lower-case hexadecimal digits in memory. */
export const peerId: Field<PeerId> = {
  write(to, value) {
    to.check(/^[0-9a-f]{16}$/.test(value), 'peer');
    to.bytes(
      Uint8Array.from({ length: 8 }, (_, i) => Number(`0x${value.slice(2 * i, 2 * i + 2)}`)),
    );
  },
  read: (from) => hex(from.view(8)) as PeerId,
};
