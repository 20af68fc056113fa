/**
 * What the tracker remembers, as plain data; each room file beside this one changes its own part of
 * it.
 */
import { invariant } from '../errors/index.js';
import { createPlanner, type Planner } from '../swarm/index.js';
import type { BitsPerSec, Bytes, Ms, PeerId, Random, Rendition } from '../units/index.js';
import { type FromTracker, hex, type SealedRecord, type ToTracker } from '../wire/index.js';
import type { Place } from './choose-cluster.js';
import type { TrackerConfig } from './config.js';
import type { ConnectionId, StreamTotals, TrackerOutput } from './contract.js';
import { createDueQueue, type DueQueue } from './due-queue.js';
import type { Islands } from './islands.js';
import { type Bucket, fullBucket } from './token-bucket.js';

export interface Connection {
  readonly id: ConnectionId;
  readonly entropy: Uint8Array;
  readonly network: string;
  readonly standing: Place;
  readonly openedAt: Ms;
  readonly buckets: Map<ToTracker['type'], Bucket>;
  /** Undefined until admitted. */
  member: Member | undefined;
}

/**
 * Two peers that were introduced, or that both say they are linked. Both members hold the same
 * object.
 */
export interface Pair {
  readonly a: Member;
  readonly b: Member;
  /** Changed by `turnPair` alone, which keeps the counts of both. */
  status: 'pending' | 'open' | 'failed' | 'dropped';
  since: Ms;
  failures: number;
  /** Not introduced again before. */
  retryAt: Ms;
}

export interface MemberSums {
  httpBytes: Bytes;
  peerBytes: Bytes;
  uploadedBytes: Bytes;
  stallMs: Ms;
}

export interface Member {
  readonly peer: PeerId;
  readonly secret: Uint8Array;
  readonly stream: Stream;
  readonly joinedAt: Ms;
  network: string;
  standing: Place;
  /** Undefined between the loss of a socket and its resumption. */
  connection: ConnectionId | undefined;
  lostAt: Ms;
  uploads: boolean;
  uplink: BitsPerSec;
  bufferMs: Ms;
  readonly sums: MemberSums;
  readonly follows: Map<Rendition, Following>;
  /** Open links as this peer reports them, with round-trip times. */
  readonly reported: Map<PeerId, Ms>;
  /** Since when it has had a link that both ends report. */
  linkedAt: Ms | undefined;
  readonly pairs: Map<PeerId, Pair>;
  /** How many of its pairs are pending, and how many open. */
  readonly counts: { pending: number; open: number };
  introduceAt: Ms;
  /** How often it looked for somebody in vain, since it last had a new link. */
  vain: number;
  introduced: number;
  planVersion: number;
  /** Whom it accused of corruption, and when. */
  readonly accused: Map<PeerId, Ms>;
  /** Whom it called silent, and when. */
  readonly doubted: Map<PeerId, Ms>;
  /** Not planned as a parent before. */
  demotedUntil: Ms;
  demotions: number;
  /** Who is not planned above it, and until when. */
  readonly avoids: Map<PeerId, Ms>;
}

/** What a member plays of a rendition, and the cluster that it is in, or waits to be let into. */
export interface Following {
  playhead: number;
  live: boolean;
  cluster: Cluster | undefined;
  waitsFor: Cluster | undefined;
}

export interface Cluster {
  readonly number: number;
  readonly rendition: Rendition;
  readonly stream: Stream;
  /** What all of its members have in common. */
  home: Place;
  /** Its members were found not to part by place, and nobody left since. */
  isWhole: boolean;
  readonly members: Map<PeerId, Member>;
  /** Who is let in next, in order. */
  readonly waiting: Map<PeerId, Member>;
  readonly entries: Bucket;
  readonly planner: Planner;
  /** Who reaches whom in it, found out not long ago; undefined when that must be found out anew. */
  circle: Circle | undefined;
  /** Members whose links or whose part in this changed since the last plan. */
  readonly changed: Set<PeerId>;
  /** Members that avoid somebody, or that are nobody's parents for a while. */
  readonly wary: Set<Member>;
  /** Who knows a plan with trees, and who must be told whatever changes. */
  readonly told: Set<PeerId>;
  readonly untold: Set<PeerId>;
  plannedAt: Ms;
  /** How long it rested after the last look of which nothing came. */
  quietMs: Ms;
}

/** Those whom a member may meet, itself included. */
export interface Circle {
  readonly at: Ms;
  /** Some may be less near each other than it says. */
  isStale: boolean;
  readonly members: ReadonlyMap<PeerId, Member>;
  /** The same in no order, to draw from. */
  readonly list: Member[];
  readonly islands: Islands;
  readonly hubs: { readonly list: readonly Member[]; readonly set: ReadonlySet<Member> };
}

export interface RenditionState {
  readonly rendition: Rendition;
  /** Ascending by sequence and part. */
  readonly records: SealedRecord[];
  readonly clusters: Cluster[];
  readonly claims: Map<number, { owner: PeerId; at: Ms }>;
}

export interface Stream {
  readonly id: string;
  readonly streamId: Uint8Array;
  readonly epoch: number;
  readonly members: Map<PeerId, Member>;
  readonly renditions: Map<Rendition, RenditionState>;
  readonly totals: { -readonly [K in keyof StreamTotals]: StreamTotals[K] };
  /** New records, and the members that have not been told yet. */
  readonly announcing: { readonly sealed: SealedRecord; readonly left: Iterator<Member> }[];
  /** Accused peer to the victims and when they complained. */
  readonly complaints: Map<PeerId, Map<PeerId, Complained>>;
}

export interface Complained {
  readonly at: Ms;
  readonly about: 'corrupt' | 'silent' | 'violation';
  readonly network: string;
}

export interface TrackerState {
  readonly config: TrackerConfig;
  readonly random: Random;
  readonly startedAt: Ms;
  out: TrackerOutput[];
  readonly connections: Map<ConnectionId, Connection>;
  /** Sockets that have not joined, and members without a socket: both expire, oldest first. */
  readonly strangers: Set<Connection>;
  readonly lost: Set<Member>;
  readonly streams: Map<string, Stream>;
  readonly members: Map<PeerId, Member>;
  readonly perNetwork: Map<string, number>;
  joins: Bucket;
  readonly joinsPerNetwork: Map<string, Bucket>;
  /** Whether a link to a peer that is not here was ever reported, as after a restart. */
  hasHeardOfStrangers: boolean;
  /** When buckets and bans that have run out were last forgotten. */
  sweptAt: Ms;
  /** When members are looked at whose introductions are not settled. */
  readonly restless: DueQueue<Member>;
  /** When clusters are planned, and when they let in who waits. */
  readonly plans: DueQueue<Cluster>;
  readonly entries: DueQueue<Cluster>;
  /** The plan that is being made; yields work in edges looked at. */
  planning: Generator<number, void, undefined> | undefined;
  readonly banned: Map<PeerId, Ms>;
  readonly networkBans: Map<string, { bans: number; until: Ms }>;
  readonly refused: Map<string, number>;
  clustersMade: number;
}

export function send(state: TrackerState, to: Member, message: FromTracker): void {
  if (to.connection === undefined) return;
  state.out.push({ type: 'send', connection: to.connection, message });
}

export function isConnected(member: Member): boolean {
  return member.connection !== undefined;
}

export function streamOf(state: TrackerState, streamId: Uint8Array): Stream | undefined {
  return state.streams.get(hex(streamId));
}

export function newStream(streamId: Uint8Array, epoch: number): Stream {
  return {
    id: hex(streamId),
    streamId: streamId.slice(),
    epoch,
    members: new Map(),
    renditions: new Map(),
    totals: {
      joins: 0,
      leaves: 0,
      httpBytes: 0,
      peerBytes: 0,
      uploadedBytes: 0,
      stallMs: 0,
      introductions: 0,
      signals: 0,
      announces: 0,
      plans: 0,
      claims: 0,
      complaints: 0,
      bans: 0,
    },
    announcing: [],
    complaints: new Map(),
  };
}

export function renditionOf(stream: Stream, rendition: Rendition): RenditionState {
  let state = stream.renditions.get(rendition);
  if (state === undefined) {
    state = { rendition, records: [], clusters: [], claims: new Map() };
    stream.renditions.set(rendition, state);
  }
  return state;
}

export function newCluster(
  state: TrackerState,
  now: Ms,
  of: { readonly stream: Stream; readonly rendition: Rendition; readonly home: Place },
): Cluster {
  state.clustersMade += 1;
  const { planning } = state.config;
  return {
    number: state.clustersMade,
    ...of,
    isWhole: false,
    members: new Map(),
    waiting: new Map(),
    entries: fullBucket(now, planning.entries),
    planner: createPlanner(planning.cluster),
    circle: undefined,
    changed: new Set(),
    wary: new Set(),
    told: new Set(),
    untold: new Set(),
    plannedAt: Number.NEGATIVE_INFINITY,
    quietMs: 0,
  };
}

/** The clusters of all renditions that it follows. */
export function clustersOf({ follows }: Member): Cluster[] {
  const clusters: Cluster[] = [];
  for (const { cluster } of follows.values()) if (cluster !== undefined) clusters.push(cluster);
  return clusters;
}

export function otherEnd(pair: Pair, member: Member): Member {
  invariant(pair.a === member || pair.b === member, 'otherEnd: no end of this pair');
  return pair.a === member ? pair.b : pair.a;
}

/** The member's introductions are looked at as soon as may be. */
export function unrest(state: TrackerState, now: Ms, member: Member): void {
  state.restless.hasten(member, Math.max(now, member.introduceAt));
}

export function newQueues(): Pick<TrackerState, 'restless' | 'plans' | 'entries'> {
  return { restless: createDueQueue(), plans: createDueQueue(), entries: createDueQueue() };
}
