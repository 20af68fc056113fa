/** The tag by which a playlist says that it is signed, and by whom. */

export interface StreamTag {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly epoch: number;
  /** As written: relative to the playlist. */
  readonly records: string | undefined;
  readonly trackers: readonly string[];
  /** In media playlists. */
  readonly rendition: number | undefined;
}

/** Undefined: there is none, or it is malformed or of a later version, so that this is a plain stream. */
export function readStreamTag(text: string): StreamTag | undefined {
  const line = /^#EXT-X-SHOAL:(.{1,4096})$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const attributes = readAttributes(line.trim());
  const publicKey = readKey(attributes.get('KEY') ?? '');
  const name = attributes.get('NAME');
  const epoch = Number(attributes.get('EPOCH') ?? '0');
  if (publicKey === undefined || name === undefined || !isU32(epoch)) return undefined;
  if ((attributes.get('VERSION') ?? '1') !== '1') return undefined;
  const rendition = Number(attributes.get('RENDITION') ?? Number.NaN);
  return {
    publicKey,
    name,
    epoch,
    records: attributes.get('RECORDS'),
    trackers: attributes.get('TRACKER')?.split(/[ ,]+/).filter(Boolean) ?? [],
    rendition: isU32(rendition) && rendition <= 0xffff ? rendition : undefined,
  };
}

export function sameStream(a: StreamTag, b: StreamTag): boolean {
  return a.epoch === b.epoch && a.name === b.name && a.publicKey.join() === b.publicKey.join();
}

/** Attribute lists of RFC 8216 section 4.2. */
function readAttributes(line: string): ReadonlyMap<string, string> {
  const found = line.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))(?:,|$)/g);
  return new Map([...found].map(([, name = '', quoted, bare = '']) => [name, quoted ?? bare]));
}

/** 32 bytes, in hexadecimal or base64url. */
function readKey(text: string): Uint8Array | undefined {
  if (/^(?:0[xX])?[0-9a-fA-F]{64}$/.test(text)) {
    const pairs = text.slice(-64).match(/../g) ?? [];
    return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
  }
  if (!/^[\w-]{43}=?$/.test(text)) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').slice(0, 43));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
