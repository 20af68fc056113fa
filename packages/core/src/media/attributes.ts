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
  for (const { name, text, quoted } of spans(list)) {
    if (!found.has(name)) found.set(name, { text, quoted });
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
  for (const span of spans(list)) {
    if (span.name !== name) continue;
    if (!span.quoted) return list;
    return list.slice(0, span.from) + text + list.slice(span.to);
  }
  return list;
}

interface Span extends Attribute {
  readonly name: string;
  /** Where the text stands in the list. */
  readonly from: number;
  readonly to: number;
}

function spans(list: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  while (at < list.length && found.length < ATTRIBUTES_MAX) {
    const comma = list.indexOf(',', at);
    const stop = comma < 0 ? list.length : comma;
    const equals = list.indexOf('=', at);
    if (equals < 0) break;
    const span = equals < stop ? spanAt(list, at, equals, stop) : undefined;
    if (span !== undefined) found.push(span);
    const next = list.indexOf(',', span === undefined ? stop : span.to);
    if (next < 0) break;
    at = next + 1;
  }
  return found;
}

/** `stop` is the next comma, which a quoted value may pass. */
function spanAt(list: string, at: number, equals: number, stop: number): Span | undefined {
  const name = list.slice(at, equals).trim();
  if (!/^[A-Z0-9-]+$/.test(name)) return undefined;
  const lead = list.slice(equals + 1).search(/\S/);
  const from = equals + 1 + Math.max(0, lead);
  if (list[from] === '"') {
    const close = list.indexOf('"', from + 1);
    if (close < 0) return undefined;
    return { name, text: list.slice(from + 1, close), quoted: true, from: from + 1, to: close };
  }
  const text = list.slice(equals + 1, stop).trim();
  if (text === '' || text.includes('"')) return undefined;
  return { name, text, quoted: false, from, to: from + text.length };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no list can hold a control
const QUOTED = /^[^"\u0000-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: no list can hold a control
const BARE = /^[^",\s\u0000-\u001f\u007f]+$/;
