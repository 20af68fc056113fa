/** Where the bytes of segments and parts are, as far as playlists have said. */
import type { Bytes, Rendition } from '@shoal/core/units';

/** A segment by its identity, never by its URL, or one part of it. */
export interface MediaName {
  readonly rendition: Rendition;
  readonly sequence: number;
  /** Undefined: all of the segment. */
  readonly part?: number | undefined;
}

/** A whole resource, or a byte range of one. */
export interface Location {
  readonly url: string;
  /** First byte in the resource. */
  readonly from: Bytes;
  /** Bytes of it; undefined: to the end of the resource. */
  readonly length: Bytes | undefined;
}

export interface Locations {
  set(name: MediaName, location: Location): void;
  get(name: MediaName): Location | undefined;
}

/** Segments and parts remembered a rendition; older ones go first. A day of two-second segments is 43,200. */
export const LOCATIONS_MAX = 50_000;

export function createLocations(max = LOCATIONS_MAX): Locations {
  const known = new Map<Rendition, Map<string, Location>>();
  return {
    set(name, location) {
      const list = known.get(name.rendition) ?? new Map<string, Location>();
      known.set(name.rendition, list);
      const id = idOf(name);
      list.delete(id);
      list.set(id, location);
      if (list.size > max) list.delete(list.keys().next().value ?? id);
    },
    get: (name) => known.get(name.rendition)?.get(idOf(name)),
  };
}

function idOf({ sequence, part }: MediaName): string {
  return `${sequence}/${part}`;
}

/** The bytes `from` to `to` of a segment or part, in the resource that holds it. */
export function rangeOf(
  { url, from: base, length }: Location,
  from: Bytes,
  to: Bytes | undefined,
): { readonly url: string; readonly from: Bytes; readonly to: Bytes | undefined } {
  const end = to ?? length;
  return { url, from: base + from, to: end === undefined ? undefined : base + end };
}
