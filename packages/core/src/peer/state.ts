/** Everything that one peer machine remembers, and the three ways its policies speak. */
import {
  createUploadQueue,
  EDGE_SPEED_START,
  type EdgeSpeed,
  type Playhead,
  startUplink,
  type Uplink,
  type UploadQueue,
} from '../scheduler/index.js';
import type { PeerPlan } from '../swarm/index.js';
import {
  type BitsPerSec,
  type Bytes,
  createDice,
  type Dice,
  type Ms,
  type PartId,
  type PartKey,
  type PeerId,
  type Rendition,
} from '../units/index.js';
import type { FromTracker, LinkMessage, Resume, SealedRecord, ToTracker } from '../wire/index.js';
import { type PeerConfig, quickened } from './config.js';
import type {
  ArrivalId,
  FetchId,
  FetchWhy,
  PeerEvent,
  PeerOutput,
  PeerStart,
  PeerWhy,
  RequestId,
} from './contract.js';
import { LIMITS } from './limits.js';
import type { Link } from './link.js';
import type { Part } from './part.js';

/** A rendition that the player plays. */
export interface Followed {
  readonly rendition: Rendition;
  live: boolean;
  /** Set when the player has left it: when its parts go. */
  leftAt: Ms | undefined;
  head: Playhead | undefined;
  /** What the playlist or records say, by sequence. */
  readonly durations: Map<number, Ms>;
  durationMs: Ms;
  /** How long its parts are. */
  partMs: Ms;
  /** Whether the player asks for parts: it has so little buffered that everything is quicker. */
  isQuick: boolean;
  /** Newest sequence of the playlist, and of verified records; -1 for none. */
  located: number;
  recorded: number;
  recordedAt: Ms;
  /** Dice: how late this peer polls for the next record, as a share of its duration. */
  pollShare: number;
  /** Segments given to the player, and how much of that it has not shown in its buffer yet. */
  delivered: number;
  unshownMs: Ms;
  plan: PeerPlan | undefined;
  /** Parts after this sequence travel by the plan: it came when this was the newest known. */
  plannedFrom: number;
  /** Records over HTTP. */
  asking: boolean;
  recordsAt: Ms;
  recordFailures: number;
  /** Who fetches what nobody near holds; undefined while the tracker has not said. */
  readonly claims: Map<number, { readonly at: Ms; owner: PeerId | undefined }>;
}

/** One request to the edge. */
export interface Fetch {
  readonly id: FetchId;
  /** Undefined when the part was dropped meanwhile. Of a segment: the part that comes now. */
  part: PartId | undefined;
  readonly of: 'part' | 'segment';
  /** The first byte that was asked for. */
  readonly start: Bytes;
  /** Pieces covered: `to` is exclusive, Infinity when the length is not known. */
  from: number;
  to: number;
  /** Where the part begins in the body; less than none when that is before it. */
  base: number;
  readonly why: FetchWhy;
  /** The same, or `retry`: as it is reported. */
  readonly counted: FetchWhy;
  /** Whether caches are bypassed. */
  readonly fresh: boolean;
  readonly startedAt: Ms;
  firstByteAt: Ms | undefined;
  bytes: Bytes;
  /** The first piece not looked at yet. */
  next: number;
  /** Pieces being checked, and bytes that became held pieces. */
  checks: number;
  used: Bytes;
  /** running -> ended, when nothing more comes */
  phase: 'running' | 'done' | 'failed';
  endedAt: Ms;
}

/** A piece from a peer whose bytes the world holds for us. */
export interface Arrival {
  readonly id: ArrivalId;
  readonly peer: PeerId;
  readonly key: PartKey;
  readonly index: number;
  readonly bytes: Bytes;
  readonly at: Ms;
  /** Whether its record was asked for. */
  asked: boolean;
  /** parked (no record yet) -> checking */
  phase: 'parked' | 'checking';
}

/** A request of the player. */
export interface Want {
  readonly request: RequestId;
  readonly rendition: Rendition;
  readonly sequence: number;
  /** Undefined: all of the segment. */
  readonly part: number | undefined;
}

/** A record whose digests and signature are being checked. */
export interface Verifying {
  readonly sealed: SealedRecord;
  /** The neighbour that sent it, if one did. */
  readonly peer: PeerId | undefined;
  /** Whether the tracker sent it, too. */
  announced: boolean;
  isRunning: boolean;
}

/** The session with the tracker. */
export interface Session {
  /** closed -> opening (socket) -> joining (join sent) -> joined (welcome came) */
  phase: 'closed' | 'opening' | 'joining' | 'joined';
  /** When it was opened, or joined. */
  since: Ms;
  peer: PeerId | undefined;
  resume: Resume | undefined;
  linksMax: number;
  statsMs: Ms;
  statsAt: Ms;
  failures: number;
  retryAt: Ms;
  refused: Extract<FromTracker, { type: 'refused' }>['why'] | undefined;
  /** What was last said, to say changes only. */
  followed: string;
  linksAt: Ms | undefined;
  /** Counters at the last report. */
  reported: { http: Bytes; peer: Bytes; uploaded: Bytes; stallMs: Ms };
}

export interface State {
  readonly start: PeerStart;
  readonly config: PeerConfig;
  /** The same where everything is quicker. */
  readonly quick: PeerConfig;
  readonly random: Dice;
  now: Ms;
  out: PeerOutput[];
  wake: { at: Ms; why: PeerWhy } | undefined;
  consent: boolean;
  uploads: { on: boolean; rateMax: BitsPerSec };
  readonly followed: Map<Rendition, Followed>;
  readonly wants: Map<RequestId, Want>;
  readonly parts: Map<PartId, Part>;
  /** Those of `parts` that are not complete. */
  readonly open: Map<PartId, Part>;
  readonly fetches: Map<FetchId, Fetch>;
  readonly arrivals: Map<ArrivalId, Arrival>;
  readonly verifying: Map<number, Verifying>;
  readonly links: Map<PeerId, Link>;
  /** Introduced, to be offered a link when it is time. */
  readonly introduced: PeerId[];
  /** Introduced, to be answered when it is time. */
  readonly calls: PeerId[];
  /** When the last offer was made. */
  offeredAt: Ms;
  readonly session: Session;
  readonly queue: UploadQueue;
  uplink: Uplink;
  /** Upload cap: when the next piece may leave. */
  paceAt: Ms;
  edge: EdgeSpeed;
  readonly overload: {
    /** How late this machine is itself, by so many reports. */
    lagMs: Ms;
    reports: number;
    /** When it leaves the swarm, if it stays too late. */
    leaveAt: Ms | undefined;
    /** When its rest is over, and how many it had. */
    restUntil: Ms;
    rests: number;
  };
  /** The usual gap between pieces of a stripe. */
  gapMs: Ms | undefined;
  /** When the player first asked for anything. */
  firstWantAt: Ms | undefined;
  everPlayed: boolean;
  stallMs: Ms;
  holdingsAt: Ms;
  /** When eviction looks next. */
  keepAt: Ms;
  holdingsDirty: boolean;
  /** Cancels of this step: by peer, by part. */
  readonly cancels: Map<PeerId, Map<PartId, number[]>>;
  /** For reports to the tracker: bytes since the start, over HTTP all of them. */
  readonly totals: { http: Bytes; peer: Bytes; uploaded: Bytes };
  bytesHeld: Bytes;
  ids: number;
}

export function createState(start: PeerStart, config: PeerConfig): State {
  return {
    start,
    config,
    quick: quickened(config),
    random: createDice(start.seed),
    now: start.now,
    out: [],
    wake: undefined,
    consent: false,
    uploads: { on: true, rateMax: 0 },
    followed: new Map(),
    wants: new Map(),
    parts: new Map(),
    open: new Map(),
    fetches: new Map(),
    arrivals: new Map(),
    verifying: new Map(),
    links: new Map(),
    introduced: [],
    calls: [],
    offeredAt: start.now,
    session: {
      phase: 'closed',
      since: start.now,
      peer: undefined,
      resume: undefined,
      linksMax: 0,
      statsMs: 0,
      statsAt: start.now,
      failures: 0,
      retryAt: start.now,
      refused: undefined,
      followed: '',
      linksAt: undefined,
      reported: { http: 0, peer: 0, uploaded: 0, stallMs: 0 },
    },
    queue: createUploadQueue(LIMITS.uploads),
    uplink: startUplink(config.uplink),
    paceAt: start.now,
    edge: EDGE_SPEED_START,
    overload: { lagMs: 0, reports: 0, leaveAt: undefined, restUntil: start.now, rests: 0 },
    gapMs: undefined,
    firstWantAt: undefined,
    everPlayed: false,
    stallMs: 0,
    holdingsAt: start.now,
    keepAt: start.now,
    holdingsDirty: false,
    cancels: new Map(),
    totals: { http: 0, peer: 0, uploaded: 0 },
    bytesHeld: 0,
    ids: 0,
  };
}

/** What holds for a part: a player that asks for parts has no time to wait. */
export function configOf(s: State, { key }: Part): PeerConfig {
  return s.followed.get(key.rendition)?.isQuick ? s.quick : s.config;
}

export function emit(s: State, output: PeerOutput): void {
  s.out.push(output);
}

export function tell(s: State, event: PeerEvent): void {
  s.out.push({ type: 'event', event });
}

export function send(s: State, peer: PeerId, message: LinkMessage): void {
  s.out.push({ type: 'send', peer, message });
}

export function sendTracker(s: State, message: Exclude<ToTracker, { type: 'signal' }>): void {
  s.out.push({ type: 'tracker-send', message });
}

/** Asks to be woken at `at` at the latest; never, for `Infinity`. */
export function wakeAt(s: State, at: Ms, why: PeerWhy): void {
  if (at < (s.wake?.at ?? Number.POSITIVE_INFINITY)) s.wake = { at: Math.max(at, s.now + 1), why };
}

/** Whether a time has come; asks to be woken then when it has not. */
export function isDue(s: State, at: Ms, why: PeerWhy): boolean {
  if (s.now >= at) return true;
  wakeAt(s, at, why);
  return false;
}

export function nextId(s: State): number {
  s.ids += 1;
  return s.ids;
}

/** Neighbours that have said hello. */
export function openLinks(s: State): Link[] {
  return [...s.links.values()].filter((link) => link.phase === 'open');
}

/** When the newest of them did; 0 without any. */
export function newestLinkAt(s: State): Ms {
  return openLinks(s).reduce((at, link) => Math.max(at, link.since), 0);
}

export function partOfFetch(s: State, fetch: Fetch): Part | undefined {
  return fetch.part === undefined ? undefined : s.parts.get(fetch.part);
}

export function openLink(s: State, peer: PeerId | undefined): Link | undefined {
  const link = peer === undefined ? undefined : s.links.get(peer);
  return link?.phase === 'open' ? link : undefined;
}
