/**
 * When a cluster is planned, and who is told: changes only. Rules TRK17 to TRK20; the plan itself
 * is `swarm`'s.
 */
import {
  dropMember,
  edgeId,
  type PlanLink,
  placesOf,
  planInSteps,
  setMember,
} from '../swarm/index.js';
import type { Ms, PeerId } from '../units/index.js';
import { typicalPart } from './announcing.js';
import { type Cluster, clustersOf, type Member, send, type TrackerState } from './state.js';

/** Plans the cluster in `afterMs`, or earlier if that was due already; a large one later, for it costs more. */
export function planSoon(state: TrackerState, now: Ms, cluster: Cluster, afterMs: Ms): void {
  const restedAt = cluster.plannedAt + state.config.planning.restMsPerMember * cluster.members.size;
  state.plans.hasten(cluster, Math.max(restedAt, now + afterMs));
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
    if (member.avoids.size > 0 || member.demotedUntil > now) cluster.wary.add(member);
    planSoon(state, now, cluster, isLoss ? lossMs : settleMs);
  }
}

/** The member has a new session and knows no plan: it is told all of it next time. */
export function forgetTold(state: TrackerState, now: Ms, member: Member): void {
  for (const cluster of clustersOf(member)) {
    cluster.told.delete(member.peer);
    cluster.untold.add(member.peer);
    planSoon(state, now, cluster, 0);
  }
}

/**
 * Goes on with the plans that are due, one after the other, until it has done the work of one step.
 * Only wake-ups do it: what peers say is answered in between.
 */
export function planSome(state: TrackerState, now: Ms): void {
  for (let left = state.config.planning.edgesAtOnce; left > 0; ) {
    if (state.planning === undefined) {
      const due = state.plans.take(now);
      if (due === undefined) return;
      state.planning = plan(state, now, due);
    }
    const step = state.planning.next();
    if (step.done === true) state.planning = undefined;
    else left -= step.value;
  }
}

/** When plans are gone on with: at once where one is begun. */
export function nextPlan(state: TrackerState, now: Ms): Ms {
  return state.planning === undefined ? state.plans.next() : now;
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

/**
 * What happens to the cluster meanwhile is for its next plan. Yields work in edges looked at.
 */
function* plan(state: TrackerState, now: Ms, cluster: Cluster): Generator<number, void, undefined> {
  const { planner, stream, rendition } = cluster;
  cluster.plannedAt = now;
  const isQuiet = cluster.changed.size === 0;
  state.plans.set(cluster, now + state.config.planning.tickMs);
  if (isReturning(state, now, cluster)) return;
  yield* takeChanges(cluster);
  planner.graph.avoid = avoidedIn(cluster, now);
  const part = typicalPart(stream.renditions.get(rendition), planner.stripesMax);
  const news = yield* planInSteps(planner, now, part);
  const { members } = planner.graph;
  const peers = new Set(
    news.map((slot) => members[slot]?.peer).filter((peer) => peer !== undefined),
  );
  for (const peer of cluster.untold) peers.add(peer);
  cluster.untold.clear();
  for (const peer of peers) {
    const member = cluster.members.get(peer);
    if (member !== undefined) tell(state, cluster, member);
    yield PLACE_EDGES * planner.config.trees;
  }
  const isSettled = cluster.changed.size + cluster.untold.size === 0;
  if (!isQuiet || news.length > 0) cluster.quietMs = 0;
  else if (isSettled) restUntilNews(state, now, cluster);
  if (isSettled && planner.graph.slotOf.size < 2)
    state.plans.set(cluster, Number.POSITIVE_INFINITY);
}

/** Nothing came of a look: the next is later, but not later than something changes by itself. */
function restUntilNews(state: TrackerState, now: Ms, cluster: Cluster): void {
  const { tickMs, tickMsMax } = state.config.planning;
  cluster.quietMs = Math.min(tickMsMax, Math.max(tickMs, 2 * cluster.quietMs));
  let at = now + cluster.quietMs;
  for (const { demotedUntil, avoids } of cluster.wary) {
    if (demotedUntil > now) at = Math.min(at, demotedUntil);
    for (const until of avoids.values()) at = Math.min(at, until);
  }
  state.plans.set(cluster, at);
}

/** Edges that a child has complained of, and when that is not forgotten yet. */
function avoidedIn({ wary }: Cluster, now: Ms): ReadonlySet<string> {
  const edges = new Set<string>();
  for (const member of wary) {
    const { peer, avoids } = member;
    for (const [parent, until] of avoids) {
      if (until <= now) avoids.delete(parent);
      else edges.add(edgeId(parent, peer));
    }
    if (avoids.size === 0 && member.demotedUntil <= now) wary.delete(member);
  }
  return edges;
}

/** Only what is published live is pushed down trees; the watchers of a title ask each other. */
function* takeChanges(cluster: Cluster): Generator<number, void, undefined> {
  const { graph } = cluster.planner;
  const changed = [...cluster.changed];
  cluster.changed.clear();
  for (const peer of changed) {
    const member = cluster.members.get(peer);
    if (member === undefined || !isLive(cluster, member)) dropMember(graph, peer);
    else setMember(graph, member, linksWithin(cluster, member));
    yield member?.reported.size ?? 1;
  }
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
  if (!state.hasHeardOfStrangers || now - state.startedAt >= returnMs) return false;
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

/** To say a member's place in a tree costs as much as looking at so many edges. */
const PLACE_EDGES = 4;

/** The child does not get this parent for a while. */
export function avoidParent(
  state: TrackerState,
  now: Ms,
  child: Member,
  parent: PeerId,
  forMs: Ms,
): void {
  child.avoids.set(parent, now + forMs);
  planSoonAround(state, child, now, true);
}
