/** Attribute lists of HLS tags (RFC 8216 section 4.2): read as players do, written by the book. */
import { badPlaylist } from './playlist-lines.js';

/** One value: `quoted` says whether it stands in double quotes, which `text` leaves out. */
export interface Attribute {
  readonly text: string;
  readonly quoted: boolean;
}

export type Attributes = ReadonlyMap<string, Attribute>;

/** Attributes read of one list; what follows is ignored. */
export const ATTRIBUTES_MAX = 64;

/** Anything that is no attribute is skipped up to the next comma; of duplicates the first wins. */
export function parseAttributes(list: string): Attributes {
  const found = new Map<string, Attribute>();
  for (const [, name = '', inQuotes, plain = ''] of spans(list)) {
    const isQuoted = inQuotes !== undefined;
    if (!found.has(name)) found.set(name, { text: inQuotes ?? plain.trimEnd(), quoted: isQuoted });
  }
  return found;
}

/** The list as one line. Throws `media/playlist` for a name or value that no list can hold. */
export function formatAttributes(attributes: Iterable<readonly [string, Attribute]>): string {
  const parts: string[] = [];
  for (const [name, { text, quoted }] of attributes) {
    if (!/^[A-Z0-9-]+$/.test(name)) throw badPlaylist(`attribute name ${JSON.stringify(name)}`);
    const holds = quoted ? QUOTED.test(text) : BARE.test(text);
    if (!holds) throw badPlaylist(`attribute ${name} cannot hold ${JSON.stringify(text)}`);
    parts.push(quoted ? `${name}="${text}"` : `${name}=${text}`);
  }
  return parts.join(',');
}

export function quoted(text: string): Attribute {
  return { text, quoted: true };
}

/** An enumerated string, or a decimal number written plainly. */
export function bare(value: string | number): Attribute {
  return { text: String(value), quoted: false };
}

/** The value as a decimal number; undefined when it is missing or none. */
export function attributeNumber(attributes: Attributes, name: string): number | undefined {
  const text = attributes.get(name)?.text;
  if (text === undefined || !/^-?(?:\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
  return Number(text);
}

/** `list` with the text of its first quoted `name` replaced; without one, the same list. */
export function replaceQuoted(list: string, name: string, text: string): string {
  if (!QUOTED.test(text))
    throw badPlaylist(`attribute ${name} cannot hold ${JSON.stringify(text)}`);
  const span = spans(list).find(([, found]) => found === name);
  if (span?.[2] === undefined) return list;
  const from = span.index + span[0].indexOf('"') + 1;
  return list.slice(0, from) + text + list.slice(from + span[2].length);
}

/** Each with its name, and its text either quoted or plain. */
function spans(list: string): RegExpExecArray[] {
  return [...list.matchAll(SPAN)].slice(0, ATTRIBUTES_MAX);
}

const SPAN = /(?:^|,)\s*([A-Z0-9-]+)\s*=\s*(?:"([^"]*)"|([^\s",][^",]*)(?=,|$))/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: no list can hold a control
const QUOTED = /^[^"\u0000-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: no list can hold a control
const BARE = /^[^",\s\u0000-\u001f\u007f]+$/;
