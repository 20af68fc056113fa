/** One number of a policy's config, named by its path: `peer.repair.haveMs`. */
import { DEFAULT_PEER, type PeerConfig } from '@shoal/core/peer';
import { DEFAULT_TRACKER, type TrackerConfig } from '@shoal/core/tracker';

/** Everything that a sweep can turn. */
export interface Policy {
  readonly peer: PeerConfig;
  readonly tracker: TrackerConfig;
}

export const DEFAULT_POLICY: Policy = { peer: DEFAULT_PEER, tracker: DEFAULT_TRACKER };

/** The default of a path. One sentence is thrown where there is no such number. */
export function defaultOf(path: string): number {
  let [at, walked]: [unknown, string] = [DEFAULT_POLICY, ''];
  for (const key of path.split('.')) {
    if (!isBranch(at) || !Object.hasOwn(at, key)) throw new Error(lost(path, walked, at));
    [at, walked] = [at[key], walked === '' ? key : `${walked}.${key}`];
  }
  if (typeof at !== 'number') throw new Error(lost(path, walked, at));
  return at;
}

/** The defaults, but for one number. */
export function withSetting(path: string, value: number): Policy {
  defaultOf(path);
  return replaced(DEFAULT_POLICY, path.split('.'), value) as Policy;
}

type Branch = Readonly<Record<string, unknown>>;

function replaced(at: unknown, path: readonly string[], value: number): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const branch = at as Branch;
  return { ...branch, [key]: replaced(branch[key], rest, value) };
}

function isBranch(at: unknown): at is Branch {
  return typeof at === 'object' && at !== null;
}

function lost(path: string, walked: string, at: unknown): string {
  const inside = walked === '' ? 'A path begins with' : `In ${walked} there are`;
  const names = isBranch(at) ? Object.keys(at).join(', ') : 'no further names';
  return `No number is called ${path}. ${inside} ${names}.`;
}
