/**
 * Wire versions. What differs between two of them is asked here as a question that lists the old
 * ones, `hasReceipts = (version) => ![1].includes(version)`, so that a new version gets the new
 * behaviour unasked.
 */

/** The highest version that this code speaks. */
export const WIRE_VERSION = 1;
/** The lowest version that this code still speaks. */
export const WIRE_VERSION_MIN = 1;

/** The versions that one side speaks, both ends included: a `hello` or a `join` is one. */
export interface VersionRange {
  readonly version: number;
  readonly versionMin: number;
}

export const WIRE_VERSIONS: VersionRange = { version: WIRE_VERSION, versionMin: WIRE_VERSION_MIN };

/** The highest version that both speak; undefined when there is none: the link or session ends. */
export function agreeVersion(ours: VersionRange, theirs: VersionRange): number | undefined {
  const highest = Math.min(ours.version, theirs.version);
  return highest >= Math.max(ours.versionMin, theirs.versionMin) ? highest : undefined;
}

/** Whether the ends of a range are in order. */
export function isVersionRange(range: VersionRange): boolean {
  return range.versionMin <= range.version;
}
