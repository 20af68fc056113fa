/**
 * When a cluster is planned, and who is told: changes only. Rules TRK17 to TRK20; the plan itself
 * is `swarm`'s.
 */
import {
  compareIds,
  edgeId,
  type PlanLink,
  type PlanMember,
  placesOf,
  planCluster,
  samePlaces,
  type TreePlace,
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
  for (const cluster of clustersOf(member)) planSoon(cluster, now, isLoss ? lossMs : settleMs);
}

/** The member has a new session and knows no plan: it is told all of it next time. */
export function forgetTold(now: Ms, member: Member): void {
  for (const cluster of clustersOf(member)) {
    cluster.told.delete(member.peer);
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

/**
 * Open links inside the cluster that both ends report, each once, with the longer of the two times.
 */
export function linksWithin(cluster: Cluster): PlanLink[] {
  const links: PlanLink[] = [];
  for (const [a, member] of cluster.members) {
    for (const [b, rttMs] of member.reported) {
      const back = cluster.members.get(b)?.reported.get(a);
      if (back !== undefined && compareIds(a, b) < 0) {
        links.push({ a, b, rttMs: Math.max(rttMs, back) });
      }
    }
  }
  return links;
}

/** Only what is published live is pushed down trees; the watchers of a title ask each other. */
function plan(state: TrackerState, now: Ms, cluster: Cluster): void {
  const { rendition, stream } = cluster;
  const live = [...cluster.members.values()].filter((m) => m.follows.get(rendition)?.live === true);
  const idle = live.length < 2 && cluster.told.size === 0;
  cluster.planAt = idle ? Number.POSITIVE_INFINITY : now + state.config.planning.tickMs;
  if (isReturning(state, now, live)) return;
  const view = {
    members: live.map((member) => planMember(member, now)),
    links: linksWithin(cluster),
    avoid: new Set(stream.avoid.keys()),
    ...typicalPart(stream.renditions.get(rendition), cluster.plan.stripesMax),
  };
  cluster.plan = planCluster(now, view, cluster.plan, state.config.planning.cluster);
  const places = placesOf(cluster.plan);
  for (const member of cluster.members.values()) {
    tell(state, cluster, member, places.get(member.peer) ?? []);
  }
}

/**
 * After a restart peers come back one by one, linked to others who are still to come and with them
 * still under the plan of the former life. A plan for a few would cost a second copy.
 */
function isReturning(state: TrackerState, now: Ms, live: readonly Member[]): boolean {
  const { returnMs, returnShare } = state.config.planning;
  if (now - state.startedAt >= returnMs) return false;
  let said = 0;
  let absent = 0;
  for (const member of live) {
    for (const peer of member.reported.keys()) {
      said += 1;
      if (!member.stream.members.has(peer)) absent += 1;
    }
  }
  return absent > said * returnShare;
}

function planMember(member: Member, now: Ms): PlanMember {
  return {
    peer: member.peer,
    uploads: member.uploads && member.demotedUntil <= now,
    uplink: member.uplink,
    linkedMs: member.linkedAt === undefined ? 0 : now - member.linkedAt,
  };
}

function tell(
  state: TrackerState,
  cluster: Cluster,
  member: Member,
  trees: readonly TreePlace[],
): void {
  const { stripesMax } = cluster.plan;
  const told = cluster.told.get(member.peer);
  if (told === undefined && trees.length === 0) return;
  if (told?.stripesMax === stripesMax && samePlaces(told.places, trees)) return;
  cluster.told.set(member.peer, { places: trees, stripesMax });
  member.planVersion += 1;
  cluster.stream.totals.plans += 1;
  const { rendition } = cluster;
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
