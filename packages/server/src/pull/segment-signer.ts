/** Reads a segment and its initialisation section, signs, and puts the record on the shelf. */
import type { ReadPlace } from '../origin/reading.js';
import type { Place, Segment } from '../origin/segment.js';
import { sha256, signPart } from '../origin/signer.js';
import type { Stream } from '../origin/stream.js';
import type { Meters } from '../telemetry/meters.js';
import type { Addresses } from './addresses.js';

export interface SegmentSignerParts {
  readonly stream: Stream;
  readonly read: ReadPlace;
  readonly addresses: Addresses;
  readonly meters: Meters;
}

/** What the result throws means: try again later. */
export function segmentSigner(parts: SegmentSignerParts): (segment: Segment) => Promise<void> {
  const { stream, read, addresses, meters } = parts;
  const initDigest = initDigests(parts);
  return async (segment) => {
    const { signing } = stream;
    const { rendition, sequence, place, init, hint, durationMs, mediaTimeMs, flags } = segment;
    const bytes = await read(addresses.segmentKey(rendition, sequence, place), place);
    const digest = init === undefined ? undefined : await initDigest(rendition, init);
    // Another epoch began meanwhile: these numbers mean something else now.
    if (signing !== stream.signing) return;
    const key = { rendition, sequence, part: 0 };
    const part = { key, bytes, init: digest, hint, durationMs, mediaTimeMs, flags };
    stream.records.add(signPart(signing, part));
    meters.signed();
  };
}

/** One read an initialisation section, however many segments need it. */
function initDigests({ read, addresses }: SegmentSignerParts) {
  const known = new Map<string, Promise<Uint8Array>>();
  return (rendition: number, init: Place): Promise<Uint8Array> => {
    const key = addresses.initKey(rendition, init);
    const before = known.get(key);
    if (before !== undefined) return before;
    const digest = read(key, init).then(sha256);
    digest.catch(() => known.delete(key));
    known.set(key, digest);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value ?? key);
    return digest;
  };
}

const REMEMBERED = 256;
