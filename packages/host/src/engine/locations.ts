/** Where the bytes of segments are: what a playlist said, else what the signed record hints. */
import type { Bytes, Rendition } from '@shoal/core/units';

/** A whole resource, or a byte range of one. */
export interface Location {
  readonly url: string;
  /** First byte in the resource. */
  readonly from: Bytes;
  /** Bytes of the segment; undefined: to the end of the resource. */
  readonly length: Bytes | undefined;
}

export interface Locations {
  set(rendition: Rendition, sequence: number, location: Location): void;
  get(rendition: Rendition, sequence: number): Location | undefined;
}

/** Segments remembered a rendition; older ones go first. A day of two-second segments is 43,200. */
export const LOCATIONS_MAX = 50_000;

export function createLocations(max = LOCATIONS_MAX): Locations {
  const known = new Map<Rendition, Map<number, Location>>();
  return {
    set(rendition, sequence, location) {
      const list = known.get(rendition) ?? new Map<number, Location>();
      known.set(rendition, list);
      list.delete(sequence);
      list.set(sequence, location);
      if (list.size > max) list.delete(list.keys().next().value ?? sequence);
    },
    get: (rendition, sequence) => known.get(rendition)?.get(sequence),
  };
}

/** The bytes `from` to `to` of a segment, in the resource that holds it. */
export function rangeOf(
  { url, from: base, length }: Location,
  from: Bytes,
  to: Bytes | undefined,
): { readonly url: string; readonly from: Bytes; readonly to: Bytes | undefined } {
  const end = to ?? length;
  return { url, from: base + from, to: end === undefined ? undefined : base + end };
}
