/**
 * When a cluster is planned, and who is told: changes only. Rules TRK17 to TRK20; the plan itself
 * is `swarm`'s.
 */
import {
  dropMember,
  edgeId,
  type PlanLink,
  placesOf,
  planCluster,
  setMember,
} from '../swarm/index.js';
import type { Ms, PeerId } from '../units/index.js';
import { typicalPart } from './announcing.js';
import { type Cluster, clustersOf, type Member, send, type TrackerState } from './state.js';

/** Plans the cluster in `afterMs`, or earlier if that was due already. */
export function planSoon(cluster: Cluster, now: Ms, afterMs: Ms): void {
  cluster.planAt = Math.min(cluster.planAt, now + afterMs);
}

export function planSoonAround(
  state: TrackerState,
  member: Member,
  now: Ms,
  isLoss: boolean,
): void {
  const { settleMs, lossMs } = state.config.planning;
  for (const cluster of clustersOf(member)) {
    cluster.changed.add(member.peer);
    planSoon(cluster, now, isLoss ? lossMs : settleMs);
  }
}

/** The member has a new session and knows no plan: it is told all of it next time. */
export function forgetTold(now: Ms, member: Member): void {
  for (const cluster of clustersOf(member)) {
    cluster.told.delete(member.peer);
    cluster.untold.add(member.peer);
    planSoon(cluster, now, 0);
  }
}

/** Plans every cluster that is due. */
export function planDue(state: TrackerState, now: Ms): void {
  for (const stream of state.streams.values()) {
    for (const [edge, until] of stream.avoid) if (until <= now) stream.avoid.delete(edge);
    for (const { clusters } of stream.renditions.values()) {
      for (const cluster of clusters) if (cluster.planAt <= now) plan(state, now, cluster);
    }
  }
}

export function nextPlan(state: TrackerState): Ms {
  let at = Number.POSITIVE_INFINITY;
  for (const stream of state.streams.values()) {
    for (const { clusters } of stream.renditions.values()) {
      for (const cluster of clusters) at = Math.min(at, cluster.planAt);
    }
  }
  return at;
}

/** Open links of a member inside the cluster that both ends report, with the longer of the two times. */
export function linksWithin(cluster: Cluster, { peer, reported }: Member): PlanLink[] {
  const links: PlanLink[] = [];
  for (const [other, rttMs] of reported) {
    const back = cluster.members.get(other)?.reported.get(peer);
    if (back !== undefined && other !== peer) {
      links.push({ peer: other, rttMs: Math.max(rttMs, back) });
    }
  }
  return links;
}

function plan(state: TrackerState, now: Ms, cluster: Cluster): void {
  const { planner, stream, rendition } = cluster;
  cluster.planAt = now + state.config.planning.tickMs;
  if (isReturning(state, now, cluster)) return;
  takeChanges(cluster);
  planner.graph.avoid = new Set(stream.avoid.keys());
  const part = typicalPart(stream.renditions.get(rendition), planner.stripesMax);
  const news = planCluster(planner, now, part);
  const { members } = planner.graph;
  const peers = new Set(
    news.map((slot) => members[slot]?.peer).filter((peer) => peer !== undefined),
  );
  for (const peer of cluster.untold) peers.add(peer);
  cluster.untold.clear();
  for (const peer of peers) {
    const member = cluster.members.get(peer);
    if (member !== undefined) tell(state, cluster, member);
  }
  if (planner.graph.slotOf.size < 2) cluster.planAt = Number.POSITIVE_INFINITY;
}

/** Only what is published live is pushed down trees; the watchers of a title ask each other. */
function takeChanges(cluster: Cluster): void {
  const { graph } = cluster.planner;
  for (const peer of cluster.changed) {
    const member = cluster.members.get(peer);
    if (member === undefined || !isLive(cluster, member)) dropMember(graph, peer);
    else setMember(graph, member, linksWithin(cluster, member));
  }
  cluster.changed.clear();
}

function isLive({ rendition }: Cluster, member: Member): boolean {
  return member.follows.get(rendition)?.live === true;
}

/**
 * After a restart peers come back one by one, linked to others who are still to come and with them
 * still under the plan of the former life. A plan for a few would cost a second copy.
 */
function isReturning(state: TrackerState, now: Ms, cluster: Cluster): boolean {
  const { returnMs, returnShare } = state.config.planning;
  if (now - state.startedAt >= returnMs) return false;
  let said = 0;
  let absent = 0;
  for (const member of cluster.members.values()) {
    if (!isLive(cluster, member)) continue;
    for (const peer of member.reported.keys()) {
      said += 1;
      if (!member.stream.members.has(peer)) absent += 1;
    }
  }
  return absent > said * returnShare;
}

/** Says nothing to who knows of no plan and is in none. */
function tell(state: TrackerState, cluster: Cluster, member: Member): void {
  const { planner, told, rendition, stream } = cluster;
  const trees = placesOf(planner, member.peer);
  if (trees.length > 0) told.add(member.peer);
  else if (!told.delete(member.peer)) return;
  member.planVersion += 1;
  stream.totals.plans += 1;
  const { stripesMax } = planner;
  send(state, member, { type: 'plan', rendition, version: member.planVersion, stripesMax, trees });
}

/** The child does not get this parent for a while. */
export function avoidParent(
  state: TrackerState,
  now: Ms,
  child: Member,
  parent: PeerId,
  forMs: Ms,
): void {
  child.stream.avoid.set(edgeId(parent, child.peer), now + forMs);
  planSoonAround(state, child, now, true);
}
