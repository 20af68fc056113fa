/**
 * Who is planned with whom: clusters of a rendition, entered as fast as they take newcomers in, and
 * left as they are while they can be. Rules TRK10 to TRK13 and TRK49.
 */
import type { Ms, Rendition } from '../units/index.js';
import type { Follow } from '../wire/index.js';
import { showRecords } from './announcing.js';
import {
  type ClusterView,
  chooseCluster,
  chooseMerger,
  commonOf,
  isOf,
  type Place,
  partCluster,
} from './choose-cluster.js';
import { joinCircle, linksOf } from './linking.js';
import { planSoon, planSoonAround } from './planning.js';
import {
  type Cluster,
  type Following,
  type Member,
  newCluster,
  type RenditionState,
  renditionOf,
  type TrackerState,
  unrest,
} from './state.js';
import { type Rate, takeToken, untilToken } from './token-bucket.js';

/**
 * Takes what the member plays now; it enters and leaves clusters accordingly, and gets the records
 * of what is new.
 */
export function follow(state: TrackerState, now: Ms, member: Member, message: Follow): void {
  const named = new Map(message.renditions.map((entry) => [entry.rendition, entry]));
  for (const rendition of [...member.follows.keys()]) {
    if (!named.has(rendition)) unfollow(state, now, member, rendition);
  }
  for (const { rendition, playhead, live } of named.values()) {
    const before = member.follows.get(rendition);
    const wasLive = before?.live;
    if (before === undefined) {
      const following = { playhead, live, cluster: undefined, waitsFor: undefined };
      member.follows.set(rendition, following);
      seekCluster(state, now, member, { rendition, following });
    } else {
      before.playhead = playhead;
      before.live = live;
      if (wasLive !== live) planSoonAround(state, member, now, false);
    }
    if (live && wasLive !== true) showRecords(state, member, rendition);
  }
  unrest(state, now, member);
}

export function unfollow(state: TrackerState, now: Ms, member: Member, rendition: Rendition): void {
  const following = member.follows.get(rendition);
  member.follows.delete(rendition);
  following?.waitsFor?.waiting.delete(member.peer);
  const cluster = following?.cluster;
  if (cluster === undefined) return;
  removeFrom(state, now, cluster, member);
  shrink(state, now, renditionOf(member.stream, rendition), cluster);
}

/** Lets in those who waited long enough. */
export function enterDue(state: TrackerState, now: Ms): void {
  for (let due = state.entries.take(now); due !== undefined; due = state.entries.take(now)) {
    for (const [peer, member] of due.waiting) {
      if (!takeToken(now, due.entries, entryRate(state, due))) break;
      due.waiting.delete(peer);
      const following = member.follows.get(due.rendition);
      if (following !== undefined) enter(state, now, due, { member, following });
    }
    awaitEntry(state, now, due);
  }
}

interface Seat {
  readonly member: Member;
  readonly following: Following;
}

/** Into the cluster that takes it soonest, or in the line before it. */
function seekCluster(
  state: TrackerState,
  now: Ms,
  member: Member,
  { rendition, following }: { readonly rendition: Rendition; readonly following: Following },
): void {
  const { clusters } = renditionOf(member.stream, rendition);
  const views = viewsOf(state, now, clusters);
  const at = chooseCluster(views, member.standing, state.config.planning);
  const cluster =
    at === undefined ? another(state, now, { member, rendition }) : (clusters[at] as Cluster);
  if (cluster.waiting.size === 0 && takeToken(now, cluster.entries, entryRate(state, cluster))) {
    enter(state, now, cluster, { member, following });
    return;
  }
  cluster.waiting.set(member.peer, member);
  following.waitsFor = cluster;
  awaitEntry(state, now, cluster);
}

function viewsOf(state: TrackerState, now: Ms, clusters: readonly Cluster[]): ClusterView[] {
  return clusters.map((cluster) => {
    const rate = entryRate(state, cluster);
    const inLine = (1000 * cluster.waiting.size) / rate.perSec;
    return {
      home: cluster.home,
      size: cluster.members.size + cluster.waiting.size,
      waitMs: inLine + untilToken(now, cluster.entries, rate),
    };
  });
}

/** A cluster for whom none has room: what is left where full ones part, or a new one. */
function another(
  state: TrackerState,
  now: Ms,
  { member, rendition }: { readonly member: Member; readonly rendition: Rendition },
): Cluster {
  const { stream, standing } = member;
  const { clusters } = renditionOf(stream, rendition);
  const { planning } = state.config;
  const near = clusters.filter(({ home }) => isOf(home, standing));
  for (const one of near) if (one.members.size >= planning.clusterMax) part(state, now, one);
  const at = chooseCluster(viewsOf(state, now, clusters), standing, planning);
  if (at !== undefined) return clusters[at] as Cluster;
  let home: Place = {};
  for (const one of near) if (isOf(one.home, standing) && isOf(home, one.home)) home = one.home;
  return begin(state, now, { stream, rendition, home });
}

function begin(
  state: TrackerState,
  now: Ms,
  of: Pick<Cluster, 'stream' | 'rendition' | 'home'>,
): Cluster {
  const cluster = newCluster(state, now, of);
  renditionOf(of.stream, of.rendition).clusters.push(cluster);
  return cluster;
}

/** Those of its largest place get a cluster of their own, where both then have enough. */
function part(state: TrackerState, now: Ms, cluster: Cluster): void {
  if (cluster.isWhole) return;
  const places = [...cluster.members.values()].map(({ standing }) => standing);
  const { home, leaving } = partCluster(cluster.home, places, state.config.planning);
  cluster.home = home;
  cluster.isWhole = leaving === undefined;
  if (leaving === undefined) return;
  const { stream, rendition } = cluster;
  const other = begin(state, now, { stream, rendition, home: leaving });
  for (const member of [...cluster.members.values()]) {
    if (isOf(leaving, member.standing)) move(state, now, member, { from: cluster, to: other });
  }
}

function move(
  state: TrackerState,
  now: Ms,
  member: Member,
  { from, to }: { readonly from: Cluster; readonly to: Cluster },
): void {
  const isTold = from.told.has(member.peer);
  removeFrom(state, now, from, member);
  const following = member.follows.get(from.rendition);
  // Its former parents forget it: it must not wait for them.
  if (isTold) to.told.add(member.peer);
  if (isTold) to.untold.add(member.peer);
  if (following !== undefined) enter(state, now, to, { member, following });
}

function enter(state: TrackerState, now: Ms, cluster: Cluster, { member, following }: Seat): void {
  following.cluster = cluster;
  following.waitsFor = undefined;
  cluster.members.set(member.peer, member);
  cluster.changed.add(member.peer);
  if (member.avoids.size > 0 || member.demotedUntil > now) cluster.wary.add(member);
  joinCircle(cluster, member);
  planSoon(state, now, cluster, state.config.planning.settleMs);
  unrest(state, now, member);
  // Who comes to many finds somebody; among few, somebody may wait for just this one.
  const { largeFrom, wanted } = state.config.introductions;
  if (cluster.members.size > largeFrom) return;
  for (const other of cluster.members.values()) {
    if (linksOf(other) < wanted) unrest(state, now, other);
  }
}

function removeFrom(state: TrackerState, now: Ms, cluster: Cluster, member: Member): void {
  cluster.members.delete(member.peer);
  cluster.told.delete(member.peer);
  cluster.untold.delete(member.peer);
  cluster.changed.add(member.peer);
  cluster.wary.delete(member);
  cluster.circle = undefined;
  cluster.isWhole = false;
  planSoon(state, now, cluster, state.config.planning.lossMs);
}

/** Dropped when empty; goes together with another where both are small. */
function shrink(state: TrackerState, now: Ms, rendition: RenditionState, shrunk: Cluster): void {
  const { clusters } = rendition;
  const views = viewsOf(state, now, clusters);
  const at = chooseMerger(views, clusters.indexOf(shrunk), state.config.planning);
  const other = at === undefined ? undefined : clusters[at];
  if (other !== undefined && shrunk.members.size > 0) {
    const [small, large] =
      shrunk.members.size <= other.members.size ? [shrunk, other] : [other, shrunk];
    large.home = commonOf(small.home, large.home);
    for (const member of [...small.members.values()]) {
      move(state, now, member, { from: small, to: large });
    }
    lineUp(state, now, small, large);
    close(state, rendition, small);
  } else if (shrunk.members.size + shrunk.waiting.size === 0) close(state, rendition, shrunk);
}

/** Who waited before one cluster waits before the other. */
function lineUp(state: TrackerState, now: Ms, from: Cluster, to: Cluster): void {
  for (const [peer, member] of from.waiting) {
    to.waiting.set(peer, member);
    const following = member.follows.get(from.rendition);
    if (following !== undefined) following.waitsFor = to;
  }
  from.waiting.clear();
  awaitEntry(state, now, to);
}

function close(state: TrackerState, { clusters }: RenditionState, cluster: Cluster): void {
  clusters.splice(clusters.indexOf(cluster), 1);
  state.plans.set(cluster, Number.POSITIVE_INFINITY);
  state.entries.set(cluster, Number.POSITIVE_INFINITY);
}

function awaitEntry(state: TrackerState, now: Ms, cluster: Cluster): void {
  if (cluster.waiting.size === 0) return;
  const waitMs = untilToken(now, cluster.entries, entryRate(state, cluster));
  state.entries.set(cluster, now + Math.max(1, Math.ceil(waitMs)));
}

function entryRate({ config }: TrackerState, { members }: Cluster): Rate {
  const { entries, entriesPerMember } = config.planning;
  return { perSec: entries.perSec + entriesPerMember * members.size, burst: entries.burst };
}
