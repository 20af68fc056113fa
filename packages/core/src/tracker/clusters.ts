/**
 * Who is planned with whom: one or more clusters a rendition, members stay where they are. Rules
 * TRK10 to TRK13.
 */
import type { Ms, Rendition } from '../units/index.js';
import type { Follow } from '../wire/index.js';
import { showRecords } from './announcing.js';
import { linksOf } from './linking.js';
import { planSoon, planSoonAround } from './planning.js';
import {
  type Cluster,
  clusterOf,
  type Member,
  newCluster,
  type RenditionState,
  renditionOf,
  type TrackerState,
} from './state.js';

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
    member.follows.set(rendition, { playhead, live });
    if (before === undefined) enter(state, now, member, rendition);
    else if (before.live !== live) planSoonAround(state, member, now, false);
    if (live && before?.live !== true) showRecords(state, member, rendition);
  }
  state.restless.add(member);
}

export function unfollow(state: TrackerState, now: Ms, member: Member, rendition: Rendition): void {
  const cluster = clusterOf(member, rendition);
  member.follows.delete(rendition);
  if (cluster === undefined) return;
  cluster.members.delete(member.peer);
  cluster.told.delete(member.peer);
  cluster.changed.add(member.peer);
  planSoon(cluster, now, state.config.planning.lossMs);
  merge(state, now, renditionOf(member.stream, rendition));
}

/** Into the emptiest cluster that has room, else into a new one. */
function enter(state: TrackerState, now: Ms, member: Member, rendition: Rendition): void {
  const { clusters } = renditionOf(member.stream, rendition);
  let roomiest: Cluster | undefined;
  for (const cluster of clusters) {
    if (cluster.members.size >= state.config.planning.clusterMax) continue;
    if (roomiest === undefined || cluster.members.size < roomiest.members.size) roomiest = cluster;
  }
  if (roomiest === undefined) {
    roomiest = newCluster(state, member.stream, rendition);
    clusters.push(roomiest);
  }
  roomiest.members.set(member.peer, member);
  roomiest.changed.add(member.peer);
  planSoon(roomiest, now, state.config.planning.settleMs);
  for (const other of roomiest.members.values()) {
    if (linksOf(other) < state.config.introductions.wanted) state.restless.add(other);
  }
  state.restless.add(member);
}

/** Drops empty clusters, and moves the smallest into another where both are small. */
function merge(state: TrackerState, now: Ms, rendition: RenditionState): void {
  const { clusters } = rendition;
  const kept = clusters.filter((cluster) => cluster.members.size > 0);
  kept.sort((x, y) => x.members.size - y.members.size || x.number - y.number);
  const [small, other] = kept;
  if (small !== undefined && other !== undefined) {
    const { clusterMax, mergeMax, mergeUnder } = state.config.planning;
    const most = small.members.size < mergeUnder ? clusterMax : mergeMax;
    if (small.members.size + other.members.size <= most) {
      for (const [peer, member] of small.members) {
        other.members.set(peer, member);
        other.changed.add(peer);
        state.restless.add(member);
      }
      planSoon(other, now, state.config.planning.settleMs);
      kept.shift();
    }
  }
  clusters.splice(0, clusters.length, ...kept.sort((x, y) => x.number - y.number));
}
