/**
 * Byte ranges of HTTP (RFC 9110 section 14): one range a request; anything else is answered whole.
 */
import { Bytes } from '../units/index.js';

/** What a `Range` header asks for, before the length of the object is known. */
export type RangeAsk =
  | { readonly type: 'whole' }
  /** From byte `from` to byte `to`, both inclusive; `to` undefined means to the end. */
  | { readonly type: 'span'; readonly from: Bytes; readonly to: Bytes | undefined }
  /** The last `length` bytes. */
  | { readonly type: 'suffix'; readonly length: Bytes };

/** What to send of an object whose length is known. */
export type RangeAnswer =
  | { readonly type: 'whole' }
  /** Bytes `from` (inclusive) to `end` (exclusive). */
  | { readonly type: 'part'; readonly from: Bytes; readonly end: Bytes }
  | { readonly type: 'unsatisfiable' };

/** Longest header looked at; a longer one is ignored, as a server may. */
export const RANGE_HEADER_MAX = 128;

/** Reads a `Range` header. Malformed ones, other units and several ranges count as absent. */
export function readRange(header: string | undefined): RangeAsk {
  if (header === undefined || header.length > RANGE_HEADER_MAX) return WHOLE;
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header);
  if (match === null) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? WHOLE : { type: 'suffix', length: Bytes(Number(last)) };
  const from = Bytes(Number(first));
  if (last === '') return { type: 'span', from, to: undefined };
  const to = Bytes(Number(last));
  return to < from ? WHOLE : { type: 'span', from, to };
}

/** What an ask means for an object of `length` bytes. */
export function resolveRange(ask: RangeAsk, length: Bytes): RangeAnswer {
  if (ask.type === 'whole') return WHOLE;
  const from = ask.type === 'suffix' ? Math.max(0, length - ask.length) : ask.from;
  const last = ask.type === 'suffix' ? length - 1 : Math.min(ask.to ?? length - 1, length - 1);
  if (from >= length || last < from) return { type: 'unsatisfiable' };
  return { type: 'part', from: Bytes(from), end: Bytes(last + 1) };
}

const WHOLE = { type: 'whole' } as const;
