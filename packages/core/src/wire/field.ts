/**
 * Fields: each is one definition that both writes and reads, so that the two directions cannot
 * disagree.
 */
import type { PeerId } from '../units/index.js';
import { Reader } from './reader.js';
import { bytesText, hex, textBytes } from './text.js';
import { Writer } from './writer.js';

/** Where values go or come from: a `Writer` takes what it is given, a `Reader` passes it over. */
export interface Wire {
  /** A rule that is broken: a bug when writing, a violation when reading. */
  check(holds: unknown, rule: string): asserts holds;
  /** A whole number of `width` bytes. */
  uint(width: number, value: number | undefined): number;
  /** `count` bytes; what is read is a copy. */
  bytes(count: number, value: Uint8Array | undefined): Uint8Array;
}

/** Writes `value` and gives it back, or reads one: then `value` is undefined. */
export type Field<T> = (wire: Wire, value: T | undefined) => T;

/** A field for every property: written and read in the order of the definition. */
export type Fields<T> = { readonly [Name in keyof T]-?: Field<T[Name]> };

/** Whole numbers from `min` to `max` in `width` bytes. */
export function uint(width: number, max = 256 ** width - 1, min = 0): Field<number> {
  const inRange = (value: number): boolean => value >= min && value <= max;
  return refined((wire, value) => wire.uint(width, value), inRange, 'range');
}

/** A measured quantity: rounded to a whole number and held within the width when written. */
export function measure(width: number): Field<number> {
  const max = Math.min(256 ** width - 1, Number.MAX_SAFE_INTEGER);
  return (wire, value = 0) => wire.uint(width, Math.min(max, Math.max(0, Math.round(value))));
}

/** One of a few words, as its index in `words`. */
export function word<const T>(...words: readonly T[]): Field<T> {
  return (wire: Wire, value) => {
    const index = wire.uint(1, words.indexOf(value as T));
    wire.check(index < words.length, 'word');
    return words[index] as T;
  };
}

/** Exactly `count` bytes. */
export function bytes(count: number): Field<Uint8Array> {
  return (wire, value) => wire.bytes(count, value);
}

/** At most `max` UTF-8 bytes after a length of two bytes. */
export function text(max: number): Field<string> {
  return (wire: Wire, value) => {
    const spelt = value === undefined ? undefined : textBytes(value);
    const length = wire.uint(2, spelt?.length);
    wire.check(length <= max, 'length');
    const read = bytesText(wire.bytes(length, spelt));
    wire.check(read !== undefined, 'text');
    return read;
  };
}

/** At most `max` items, 255 or fewer, after their count in one byte. */
export function list<T>(max: number, item: Field<T>): Field<readonly T[]> {
  return (wire: Wire, values) => {
    const length = wire.uint(1, values?.length);
    wire.check(length <= max, 'count');
    return Array.from({ length }, (_, i) => item(wire, values?.[i]));
  };
}

/** A field that may be absent, after a byte that says so. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return (wire, value) => (flag(wire, value !== undefined) ? field(wire, value) : undefined);
}

export function struct<T extends object>(fields: Fields<T>): Field<T> {
  const entries = Object.entries(fields) as [keyof T, Field<T[keyof T]>][];
  return (wire, given) => {
    const value: Partial<T> = {};
    for (const [name, field] of entries) value[name] = field(wire, given?.[name]);
    return value as T;
  };
}

/**
 * A field whose values keep a rule: breaking it is a violation when read and a bug when written.
 */
export function refined<T>(field: Field<T>, holds: (value: T) => boolean, rule: string): Field<T> {
  return (wire: Wire, given) => {
    const value = field(wire, given);
    wire.check(holds(value), rule);
    return value;
  };
}

/** The whole of `value` as bytes. */
export function encode<T>(field: Field<T>, value: T): Uint8Array<ArrayBuffer> {
  const to = new Writer();
  field(to, value);
  return to.finish();
}

/** The value that `bytes`, at most `max` of them, hold from end to end. Throws `wire/violation`. */
export function decode<T>(field: Field<T>, bytes: Uint8Array, max: number): T {
  const from = new Reader(bytes, max);
  const value = field(from, undefined);
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
export const peerId: Field<PeerId> = (wire: Wire, value) => {
  wire.check(value === undefined || /^[0-9a-f]{16}$/.test(value), 'peer');
  return hex(wire.bytes(8, value && unhex(value))) as PeerId;
};

function unhex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
