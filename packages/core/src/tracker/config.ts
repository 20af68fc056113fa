/** What the tracker may be told at the door; every figure is a trade-off, named here. */
import { type ClusterConfig, DEFAULT_CLUSTER } from '../swarm/index.js';
import type { Ms } from '../units/index.js';
import type { ToTracker } from '../wire/index.js';
import type { ClusteringConfig } from './choose-cluster.js';
import type { Rate } from './token-bucket.js';

export interface AdmissionConfig {
  /** Peers at once; more memory and planning against turning viewers away. */
  readonly peersMax: number;
  /**
   * Peers at once from one network prefix: against one attacker filling a swarm; large shared
   * addresses suffer first.
   */
  readonly peersPerNetwork: number;
  /** Sockets that have not joined, at once. */
  readonly strangersMax: number;
  /** Joins of the whole tracker; a flash crowd waits in the player, which plays from the edge. */
  readonly joins: Rate;
  readonly joinsPerNetwork: Rate;
  /** How long a socket may stay without joining. */
  readonly joinMs: Ms;
  /** How long an id can be resumed after its socket is lost. */
  readonly graceMs: Ms;
  /** How often peers report counters: fresher grants against traffic. */
  readonly statsMs: Ms;
  /** Reports of all peers together: with more peers each reports less often. */
  readonly statsPerSec: number;
  /** Messages of a connection, by kind. One above is a violation. */
  readonly messages: Readonly<Record<ToTracker['type'], Rate>>;
}

export interface IntroductionConfig {
  /**
   * Links a peer should hold, as far as others have room to spare; a cluster of up to `meshMax`
   * meets in full.
   */
  readonly wanted: number;
  /** A peer with this many links is spared, but for those who hold fewer than `needed`. */
  readonly linksSpared: number;
  /** Half of what is spared, so that newcomers of a growing cluster always find room. */
  readonly needed: number;
  /** Links a peer may hold: every one costs CPU. */
  readonly linksMax: number;
  /**
   * A larger cluster is large: newcomers look for no more than `needed` links, and for them all
   * over the cluster. Looking for the emptiest would string it out, the latest beside the latest.
   */
  readonly largeFrom: number;
  /**
   * In a cluster that does not meet in full, who is among the widest `hubShare` of it, could feed
   * `hubFactorMin` others, and has been linked for `hubMs` is a hub; who could feed `hubFactor` is
   * one whatever the others have. It may hold this many more links, and everybody is linked to
   * `hubsWanted`. Near the roots they make trees flat, and where most uplinks are short they are
   * what feeds the others.
   */
  readonly hubLinks: number;
  readonly hubFactor: number;
  readonly hubFactorMin: number;
  readonly hubShare: number;
  readonly hubMs: Ms;
  readonly hubsWanted: number;
  readonly meshMax: number;
  /**
   * Introductions of a newcomer at once; the rest follow one by one, so that connecting never
   * crowds out playing.
   */
  readonly atOnce: number;
  readonly stepMs: Ms;
  /** Unanswered introductions of one peer at once. */
  readonly pendingMax: number;
  /** Members of a large cluster that a newcomer's partner is chosen from: more costs more. */
  readonly drawn: number;
  /** An introduction that has not become a link by then has failed. */
  readonly pendingMs: Ms;
  /** Before a failed pair meets again; doubles with every failure. */
  readonly retryMs: Ms;
  readonly retryMsMax: Ms;
  /** Before one who found nobody looks again; doubles each time, up to the other. */
  readonly waitMs: Ms;
  readonly waitMsMax: Ms;
}

export interface PlanningConfig extends ClusteringConfig {
  /**
   * How fast a cluster lets newcomers in, and how much faster for each member: they need links, and
   * members to feed them. Until then they play from the edge.
   */
  readonly entries: Rate;
  readonly entriesPerMember: number;
  /**
   * Edges looked at in one step: more is less overhead, and lets who joins wait longer. A single
   * tree is not cut short.
   */
  readonly edgesAtOnce: number;
  /** From a change to the plan: collects changes that come together. */
  readonly settleMs: Ms;
  /** The same after a loss, when children wait. */
  readonly lossMs: Ms;
  /** Between two plans of a cluster, for each member: a plan costs as much as its cluster is large. */
  readonly restMsPerMember: Ms;
  /** How often a plan is looked over without a change; half as often each time nothing comes of it. */
  readonly tickMs: Ms;
  readonly tickMsMax: Ms;
  /** How long a silent parent is not planned above the peer that complained. */
  readonly avoidMs: Ms;
  /** How long after its start the tracker waits for those who return, while more than a share of links lead to unknown peers. */
  readonly returnMs: Ms;
  readonly returnShare: number;
  readonly cluster: ClusterConfig;
}

export interface RecordConfig {
  /** Records kept of a rendition. */
  readonly kept: number;
  /** Segments whose records a newcomer gets at once. */
  readonly shown: number;
  /** Announcements in one step; others get their turn between. */
  readonly announcedAtOnce: number;
}

export interface ClaimConfig {
  /**
   * How long the owner alone fetches; then anybody linked to it who still lacks the segment may.
   */
  readonly heldMs: Ms;
  /** The same for peers not linked to the owner, whom the segment reaches over others. */
  readonly heldFarMs: Ms;
  /** Segments of one owner at once, so that fetching is spread. */
  readonly ownedMax: number;
  /** Claims remembered of a rendition. */
  readonly claimsMax: number;
}

export interface ComplaintConfig {
  /** Independent victims of corrupt pieces before a peer is banned. */
  readonly victims: number;
  /** How long complaints are remembered. */
  readonly memoryMs: Ms;
  readonly banMs: Ms;
  /**
   * Peers that one peer may accuse of corruption, those banned not counted, before it is not heard
   * any more.
   */
  readonly accusedMax: number;
  /** Peers that one peer may call silent, those demoted not counted, before it counts for itself only. */
  readonly silentMax: number;
  /** Bans of one network before it is refused, where there are other networks. */
  readonly networkBans: number;
  /** Silent towards this many peers: not planned as a parent for `avoidMs`. */
  readonly silentVictims: number;
  /** Being nobody's parent doubles with every time, up to this. */
  readonly demotedMsMax: Ms;
}

export interface TrackerConfig {
  readonly admission: AdmissionConfig;
  readonly introductions: IntroductionConfig;
  readonly planning: PlanningConfig;
  readonly records: RecordConfig;
  readonly claims: ClaimConfig;
  readonly complaints: ComplaintConfig;
}

export const DEFAULT_TRACKER: TrackerConfig = {
  admission: {
    peersMax: 10_000,
    peersPerNetwork: 256,
    strangersMax: 2_000,
    joins: { perSec: 100, burst: 200 },
    joinsPerNetwork: { perSec: 20, burst: 64 },
    joinMs: 10_000,
    graceMs: 60_000,
    statsMs: 5_000,
    statsPerSec: 5_000,
    messages: {
      join: { perSec: 0.2, burst: 2 },
      follow: { perSec: 4, burst: 20 },
      links: { perSec: 8, burst: 60 },
      stats: { perSec: 2, burst: 10 },
      claim: { perSec: 10, burst: 40 },
      complaint: { perSec: 2, burst: 30 },
      signal: { perSec: 60, burst: 300 },
      uploads: { perSec: 1, burst: 20 },
      leave: { perSec: 1, burst: 1 },
    },
  },
  introductions: {
    wanted: 6,
    linksSpared: 8,
    needed: 4,
    linksMax: 10,
    hubLinks: 6,
    largeFrom: 32,
    hubFactor: 20,
    hubFactorMin: 2,
    hubShare: 0.25,
    hubMs: 30_000,
    hubsWanted: 2,
    meshMax: 8,
    atOnce: 3,
    stepMs: 400,
    pendingMax: 4,
    drawn: 24,
    pendingMs: 12_000,
    retryMs: 30_000,
    retryMsMax: 600_000,
    waitMs: 3_000,
    waitMsMax: 60_000,
  },
  planning: {
    clusterMax: 300,
    mergeMax: 240,
    mergeUnder: 16,
    partMin: 60,
    waitMsMax: 2_000,
    entries: { perSec: 20, burst: 128 },
    entriesPerMember: 0.2,
    edgesAtOnce: 3_000,
    settleMs: 250,
    lossMs: 50,
    restMsPerMember: 3,
    tickMs: 2_000,
    tickMsMax: 8_000,
    avoidMs: 60_000,
    returnMs: 45_000,
    returnShare: 0.2,
    cluster: DEFAULT_CLUSTER,
  },
  records: { kept: 32, shown: 4, announcedAtOnce: 1_000 },
  claims: { heldMs: 3_000, heldFarMs: 8_000, ownedMax: 8, claimsMax: 4_096 },
  complaints: {
    victims: 2,
    memoryMs: 300_000,
    banMs: 3_600_000,
    accusedMax: 3,
    silentMax: 4,
    networkBans: 3,
    silentVictims: 2,
    demotedMsMax: 600_000,
  },
};
