/** The tag by which a playlist says that its stream is signed, and where its records are. */
import {
  type Attribute,
  attributeNumber,
  bare,
  formatAttributes,
  parseAttributes,
  quoted,
} from './attributes.js';
import { fromBase64Url, toBase64Url } from './base64url.js';
import { badPlaylist } from './playlist-lines.js';

export interface ShoalTag {
  /** The stream's Ed25519 public key: 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Any text without a double quote or control character; the stream's id is made of it. */
  readonly name: string;
  /** Grows when the origin starts its numbering anew; 32 bits. */
  readonly epoch: number;
  /** Where records are, as written: relative to the playlist. */
  readonly records?: string | undefined;
  /** Trackers, as written, first choice first. */
  readonly trackers: readonly string[];
  /** In media playlists only; 16 bits. */
  readonly rendition?: number | undefined;
  /** The publisher's lab takes consent as given; nothing else may. */
  readonly consentAssumed?: boolean | undefined;
}

/** What a tag may hold; one beyond is not written, and is no tag when read. */
export const SHOAL_TAG_LIMITS = {
  /** The stream's name. */
  nameChars: 256,
  /** One address. */
  urlChars: 512,
  /** Addresses of trackers. */
  trackers: 4,
} as const;

/** The tag's line. Throws `media/playlist` for what the line cannot hold. */
export function formatShoalTag(tag: ShoalTag): string {
  for (const [part, problem] of Object.entries(PROBLEMS)) {
    const isSound = RULES[part as keyof typeof RULES];
    if (!isSound(tag)) throw badPlaylist(`the stream's tag: ${problem}`);
  }
  const list: (readonly [string, Attribute])[] = [
    ['VERSION', bare(VERSION)],
    ['KEY', quoted(toBase64Url(tag.publicKey))],
    ['NAME', quoted(tag.name)],
    ['EPOCH', bare(tag.epoch)],
  ];
  if (tag.rendition !== undefined) list.push(['RENDITION', bare(tag.rendition)]);
  if (tag.records !== undefined) list.push(['RECORDS', quoted(tag.records)]);
  if (tag.trackers.length > 0) list.push(['TRACKER', quoted(tag.trackers.join(' '))]);
  if (tag.consentAssumed) list.push(['CONSENT', bare('ASSUMED')]);
  return `#${NAME}:${formatAttributes(list)}`;
}

/**
 * The first tag of a playlist, or of its line alone. Undefined when there is none, or it is
 * malformed or of a later version: then this is a plain stream.
 */
export function parseShoalTag(text: string): ShoalTag | undefined {
  const value = LINE.exec(text)?.[1];
  if (value === undefined) return undefined;
  const attributes = parseAttributes(value);
  const textOf = (name: string): string | undefined => attributes.get(name)?.text;
  if ((textOf('VERSION') ?? String(VERSION)) !== String(VERSION)) return undefined;
  const tag: ShoalTag = {
    publicKey: fromBase64Url(textOf('KEY') ?? '') ?? new Uint8Array(0),
    name: textOf('NAME') ?? '',
    epoch: attributeNumber(attributes, 'EPOCH') ?? (attributes.has('EPOCH') ? Number.NaN : 0),
    records: textOf('RECORDS'),
    trackers: textOf('TRACKER')?.split(/\s+/).filter(Boolean) ?? [],
    rendition: attributeNumber(attributes, 'RENDITION'),
    consentAssumed: textOf('CONSENT') === 'ASSUMED',
  };
  return Object.values(RULES).every((isSound) => isSound(tag)) ? tag : undefined;
}

const NAME = 'EXT-X-SHOAL';
const VERSION = 1;
const LINE = new RegExp(`(?:^|[\\r\\n])[ \\t]*#${NAME}:([^\\r\\n]{1,4096})(?![^\\r\\n])`);

/** What must hold of each part of a tag, written or read. */
const RULES = {
  key: ({ publicKey }: ShoalTag) => publicKey.length === 32,
  name: ({ name }: ShoalTag) => name !== '' && name.length <= SHOAL_TAG_LIMITS.nameChars,
  epoch: ({ epoch }: ShoalTag) => isUint(epoch, 32),
  rendition: ({ rendition = 0 }: ShoalTag) => isUint(rendition, 16),
  trackers: ({ trackers }: ShoalTag) => trackers.length <= SHOAL_TAG_LIMITS.trackers,
  addresses: ({ trackers, records = '-' }: ShoalTag) =>
    [...trackers, records].every((url) => ADDRESS.test(url)),
};

const ADDRESS = new RegExp(`^\\S{1,${SHOAL_TAG_LIMITS.urlChars}}$`);

/** For whoever writes a tag; readers load none of this. */
const PROBLEMS: Readonly<Record<keyof typeof RULES, string>> = {
  key: 'the key is not 32 bytes',
  name: `a name of 1 to ${SHOAL_TAG_LIMITS.nameChars} characters`,
  epoch: 'the epoch is not a number of 32 bits',
  rendition: 'the rendition is no number',
  trackers: `more than ${SHOAL_TAG_LIMITS.trackers} trackers`,
  addresses: `an address is empty, has a space or over ${SHOAL_TAG_LIMITS.urlChars} characters`,
};

function isUint(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}
