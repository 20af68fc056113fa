/**
 * Which cluster takes whom, which of them parts when it is full, and which go together when they
 * are small. Rules TRK10 to TRK13.
 */
import type { Ms } from '../units/index.js';

/** Where a peer's address belongs; what is not known is left out. */
export interface Place {
  readonly region?: string;
  /** The network operator that sells the access. */
  readonly asn?: string;
}

/** What a policy sees of a cluster. */
export interface ClusterView {
  /** What all of its members have in common: all are of this region, and of this operator. */
  readonly home: Place;
  /** Members, and who waits to become one. */
  readonly size: number;
  /** Until a newcomer would be let in. */
  readonly waitMs: Ms;
}

export interface ClusteringConfig {
  /** Larger costs more planning; each cluster costs a copy. */
  readonly clusterMax: number;
  /** Two clusters that fit into this together become one. */
  readonly mergeMax: number;
  /** One of fewer than this joins any that has room: alone it would cost a copy for so few. */
  readonly mergeUnder: number;
  /** A full cluster parts by place when both halves have so many; else its place gets another. */
  readonly partMin: number;
  /** Who would wait longer than this begins another cluster. */
  readonly waitMsMax: Ms;
}

/**
 * The index of the cluster for a newcomer: of those with room the one nearest its place, then the
 * one that lets it in soonest, then the emptiest. Undefined when another is needed.
 */
export function chooseCluster(
  views: readonly ClusterView[],
  standing: Place,
  { clusterMax, waitMsMax }: ClusteringConfig,
): number | undefined {
  let best: number | undefined;
  views.forEach((view, at) => {
    if (view.size >= clusterMax || view.waitMs > waitMsMax || !isOf(view.home, standing)) return;
    if (best === undefined || isBetter(view, views[best] as ClusterView)) best = at;
  });
  return best;
}

/** How a full cluster parts: those of one place leave for a cluster of their own. */
export interface Parting {
  /** What the members had in common after all. */
  readonly home: Place;
  /** Undefined when nobody leaves: all are of one place, or no place has enough of them. */
  readonly leaving: Place | undefined;
}

/** By region first, then by operator; the largest place leaves. */
export function partCluster(
  home: Place,
  members: readonly Place[],
  { partMin }: ClusteringConfig,
): Parting {
  const key = home.region === undefined ? 'region' : home.asn === undefined ? 'asn' : undefined;
  if (key === undefined) return { home, leaving: undefined };
  const counts = new Map<string, number>();
  for (const { [key]: name } of members) {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  let most: string | undefined;
  for (const [name, size] of counts) {
    const before = most === undefined ? 0 : (counts.get(most) as number);
    if (size > before || (size === before && most !== undefined && name < most)) most = name;
  }
  if (most === undefined) return { home, leaving: undefined };
  const size = counts.get(most) as number;
  const standing = { ...home, [key]: most };
  if (size === members.length)
    return partCluster(standing, members, { partMin } as ClusteringConfig);
  const isEnough = size >= partMin && members.length - size >= partMin;
  return { home, leaving: isEnough ? standing : undefined };
}

/**
 * The index of the cluster that one which shrank goes together with: the nearest place, then the
 * smallest. Undefined when none has room.
 */
export function chooseMerger(
  views: readonly ClusterView[],
  shrunk: number,
  { clusterMax, mergeMax, mergeUnder }: ClusteringConfig,
): number | undefined {
  const { size, home } = views[shrunk] as ClusterView;
  let best: number | undefined;
  const nearness = (at: number): number => levelOf(commonOf((views[at] as ClusterView).home, home));
  views.forEach((view, at) => {
    const most = Math.min(size, view.size) < mergeUnder ? clusterMax : mergeMax;
    if (at === shrunk || size + view.size > most) return;
    const nearer = best === undefined ? 1 : nearness(at) - nearness(best);
    if (nearer > 0 || (nearer === 0 && view.size < (views[best as number] as ClusterView).size)) {
      best = at;
    }
  });
  return best;
}

/** Whether who is at this place has the cluster's place in common. */
export function isOf(home: Place, standing: Place): boolean {
  if (home.region !== undefined && home.region !== standing.region) return false;
  return home.asn === undefined || home.asn === standing.asn;
}

/** What two homes have in common. */
export function commonOf(a: Place, b: Place): Place {
  if (a.region === undefined || a.region !== b.region) return {};
  const { region } = a;
  return a.asn === undefined || a.asn !== b.asn ? { region } : { region, asn: a.asn };
}

function levelOf({ region, asn }: Place): number {
  return (region === undefined ? 0 : 1) + (asn === undefined ? 0 : 1);
}

function isBetter(x: ClusterView, y: ClusterView): boolean {
  const nearer = levelOf(x.home) - levelOf(y.home);
  if (nearer !== 0) return nearer > 0;
  return x.waitMs !== y.waitMs ? x.waitMs < y.waitMs : x.size < y.size;
}
