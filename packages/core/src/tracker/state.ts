/**
 * What the tracker remembers, as plain data; each room file beside this one changes its own part of
 * it.
 */
import { invariant } from '../errors/index.js';
import { createPlanner, type Planner } from '../swarm/index.js';
import type { BitsPerSec, Bytes, Ms, PeerId, Random, Rendition } from '../units/index.js';
import { type FromTracker, hex, type SealedRecord, type ToTracker } from '../wire/index.js';
import type { TrackerConfig } from './config.js';
import type { ConnectionId, StreamTotals, TrackerOutput } from './contract.js';
import type { Bucket } from './token-bucket.js';

export interface Connection {
  readonly id: ConnectionId;
  readonly entropy: Uint8Array;
  readonly network: string;
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
  readonly a: PeerId;
  readonly b: PeerId;
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
  /** Undefined between the loss of a socket and its resumption. */
  connection: ConnectionId | undefined;
  lostAt: Ms;
  uploads: boolean;
  uplink: BitsPerSec;
  bufferMs: Ms;
  readonly sums: MemberSums;
  readonly follows: Map<Rendition, { playhead: number; live: boolean }>;
  /** Open links as this peer reports them, with round-trip times. */
  readonly reported: Map<PeerId, Ms>;
  /** Since when it has had a link that both ends report. */
  linkedAt: Ms | undefined;
  readonly pairs: Map<PeerId, Pair>;
  introduceAt: Ms;
  introduced: number;
  planVersion: number;
  /** Whom it accused of corruption, and when. */
  readonly accused: Map<PeerId, Ms>;
  /** Whom it called silent, and when. */
  readonly doubted: Map<PeerId, Ms>;
  /** Not planned as a parent before. */
  demotedUntil: Ms;
  demotions: number;
}

export interface Cluster {
  readonly number: number;
  readonly rendition: Rendition;
  readonly stream: Stream;
  readonly members: Map<PeerId, Member>;
  readonly planner: Planner;
  /** Members whose links or whose part in this changed since the last plan. */
  readonly changed: Set<PeerId>;
  /** Who knows a plan with trees, and who must be told whatever changes. */
  readonly told: Set<PeerId>;
  readonly untold: Set<PeerId>;
  planAt: Ms;
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
  /** Edges not to be planned, with the end of that. */
  readonly avoid: Map<string, Ms>;
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
  /** Sockets that have not joined, and members without a socket: both expire. */
  readonly strangers: Set<Connection>;
  readonly lost: Set<Member>;
  readonly streams: Map<string, Stream>;
  readonly members: Map<PeerId, Member>;
  readonly perNetwork: Map<string, number>;
  joins: Bucket;
  readonly joinsPerNetwork: Map<string, Bucket>;
  /** Members whose introductions are not settled. */
  readonly restless: Set<Member>;
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
    avoid: new Map(),
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

export function newCluster(state: TrackerState, stream: Stream, rendition: Rendition): Cluster {
  state.clustersMade += 1;
  return {
    number: state.clustersMade,
    rendition,
    stream,
    members: new Map(),
    planner: createPlanner(state.config.planning.cluster),
    changed: new Set(),
    told: new Set(),
    untold: new Set(),
    planAt: Number.POSITIVE_INFINITY,
  };
}

export function clusterOf(member: Member, rendition: Rendition): Cluster | undefined {
  const clusters = member.stream.renditions.get(rendition)?.clusters ?? [];
  return clusters.find((cluster) => cluster.members.has(member.peer));
}

/** The clusters of all renditions that it follows. */
export function clustersOf(member: Member): Cluster[] {
  return [...member.follows.keys()]
    .map((rendition) => clusterOf(member, rendition))
    .filter((cluster) => cluster !== undefined);
}

export function otherEnd(pair: Pair, peer: PeerId): PeerId {
  invariant(pair.a === peer || pair.b === peer, 'otherEnd: no end of this pair');
  return pair.a === peer ? pair.b : pair.a;
}
