/** Who and what: peers, and the parts of a stream. */

/** Sixteen lower-case hexadecimal digits, given out by the tracker. */
export type PeerId = string & { readonly __id?: 'peer' };
export const PeerId = (value: string): PeerId => value as PeerId;

/** The number of a rendition inside its stream, 0 to 65,535. */
export type Rendition = number;

/** A part's identity inside one stream and epoch; never a URL. */
export interface PartKey {
  readonly rendition: Rendition;
  /** Media sequence number of the segment, 0 to 2^53 - 1. */
  readonly sequence: number;
  /** Index of the part in its segment; a stream without parts has only part 0. */
  readonly part: number;
}

/** `rendition/sequence/part`: a part key as a map key. */
export type PartId = string & { readonly __id?: 'part' };

export function partId(key: PartKey): PartId {
  return `${key.rendition}/${key.sequence}/${key.part}` as PartId;
}

export function partKey(id: PartId): PartKey {
  const [rendition, sequence, part] = id.split('/').map(Number);
  return { rendition: rendition ?? 0, sequence: sequence ?? 0, part: part ?? 0 };
}
