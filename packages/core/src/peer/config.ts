/**
 * What an operator or a test may set about a peer, with defaults; every peer of a swarm may choose
 * its own.
 */
import { invariant } from '../errors/index.js';
import {
  type BackoffConfig,
  DEFAULT_DEADLINE,
  DEFAULT_HOLDER,
  DEFAULT_PATIENCE,
  DEFAULT_UPLINK,
  type DeadlineConfig,
  type HolderConfig,
  type PatienceConfig,
  type UplinkConfig,
} from '../scheduler/index.js';
import { DEFAULT_SCORE, type ScoreConfig } from '../swarm/index.js';
import type { Bytes, Ms } from '../units/index.js';

export interface ConnectConfig {
  /**
   * All introductions but one wait for the first playback, at most this after the first request.
   * Connecting costs start-up; waiting costs a slow edge, where peers could help from the start.
   */
  readonly afterMs: Ms;
  /** The same when the player has its first segment, and only has to begin. */
  readonly decodeMs: Ms;
  /** Offers made at once when playback has begun. */
  readonly first: number;
  /** Between two offers after those. */
  readonly stepMs: Ms;
  /** A link not open after this is given up. */
  readonly openMs: Ms;
  /** The other side may offer this late. */
  readonly answerMs: Ms;
  /** Links that others may open beyond what the tracker grants. */
  readonly slack: number;
}

/** After the first request, how long the rest of the first segment waits for neighbours. */
export interface FirstConfig {
  /** For the tracker to introduce somebody: who is far from it is far from neighbours. */
  readonly meetMs: Ms;
  /** For a neighbour that can be asked for it. All of this is lost where none comes in time. */
  readonly linkMs: Ms;
  /** For what it was asked for. */
  readonly bringMs: Ms;
}

export interface EdgeConfig {
  /** Media fetches at once. A browser has six connections a host, and playlists must never wait. */
  readonly fetchesMax: number;
  readonly retry: BackoffConfig;
  /** Fetches of a part that fail in a row before the player is told; 404 counts double. */
  readonly failuresMax: number;
  /** How long the player's request may have no source at all before the edge is asked. */
  readonly sourceMs: Ms;
  /** How long a finished fetch waits for a record when the buffer is empty. */
  readonly plainMs: Ms;
}

export interface RepairConfig {
  /** Between two tellings of what is held, while a part is incomplete. */
  readonly haveMs: Ms;
  /** Between two lists of whole parts held (video on demand). */
  readonly holdingsMs: Ms;
  /** Between two claims, and before an owner who delivers nothing is asked about again. */
  readonly claimMs: Ms;
  readonly claimAgainMs: Ms;
  /** Repair does not wait for the push when a part is needed this soon after its lead. */
  readonly urgentMs: Ms;
  /** A standby root takes over no sooner after the announcement. */
  readonly standbyMs: Ms;
  /** What a neighbour was asked for so recently is not fetched. */
  readonly graceMs: Ms;
}

export interface KeepConfig {
  /** Live parts are kept this long for newcomers. */
  readonly liveMs: Ms;
  /** Bytes held; what is furthest behind the player goes first. */
  readonly bytesMax: Bytes;
  /** Parts of renditions that are no longer followed. */
  readonly graceMs: Ms;
  /** A push that still waits after this is too late. */
  readonly lateMs: Ms;
}

export interface OverloadConfig {
  /**
   * Lateness of its own reports, smoothed, from which on a machine counts as late. Lower: a slow
   * device shares less; higher: it may stall before it stops.
   */
  readonly lagMs: Ms;
  /**
   * It must stay late for so long before it leaves the swarm, and by dice up to three times that:
   * where many share one machine, the first to leave make room for the others.
   */
  readonly holdMs: Ms;
  /** How long it stays away at least; it links again when it is late no more. */
  readonly rest: BackoffConfig;
}

export interface SessionConfig {
  readonly rejoin: BackoffConfig;
  /** Admission token for the tracker, empty when it asks for none. */
  readonly token: string;
}

export interface PeerConfig {
  readonly connect: ConnectConfig;
  readonly first: FirstConfig;
  readonly edge: EdgeConfig;
  readonly deadline: DeadlineConfig;
  readonly uplink: UplinkConfig;
  readonly holder: HolderConfig;
  readonly patience: PatienceConfig;
  readonly repair: RepairConfig;
  /**
   * At low latency, the share of the waits of `deadline`, `patience` and `repair`. Larger: more
   * time for neighbours, and stalls when they fail.
   */
  readonly quickShare: number;
  readonly score: ScoreConfig;
  readonly keep: KeepConfig;
  readonly overload: OverloadConfig;
  readonly session: SessionConfig;
}

export const DEFAULT_PEER: PeerConfig = {
  connect: {
    afterMs: 400,
    decodeMs: 3_000,
    first: 3,
    stepMs: 400,
    openMs: 10_000,
    answerMs: 60_000,
    slack: 2,
  },
  first: { meetMs: 50, linkMs: 100, bringMs: 250 },
  edge: {
    fetchesMax: 3,
    retry: { firstMs: 400, mostMs: 2_000 },
    failuresMax: 6,
    sourceMs: 500,
    plainMs: 400,
  },
  deadline: DEFAULT_DEADLINE,
  uplink: DEFAULT_UPLINK,
  holder: DEFAULT_HOLDER,
  patience: DEFAULT_PATIENCE,
  repair: {
    haveMs: 300,
    holdingsMs: 500,
    claimMs: 100,
    claimAgainMs: 4_000,
    urgentMs: 1_000,
    standbyMs: 1_500,
    graceMs: 400,
  },
  quickShare: 0.25,
  score: DEFAULT_SCORE,
  keep: { liveMs: 40_000, bytesMax: 134_217_728, graceMs: 8_000, lateMs: 8_000 },
  overload: { lagMs: 100, holdMs: 2_000, rest: { firstMs: 30_000, mostMs: 600_000 } },
  session: { rejoin: { firstMs: 1_000, mostMs: 30_000 }, token: '' },
};

/** Where parts are played as they are made, all waits are as much shorter as the buffer is. */
export function quickened(config: PeerConfig): PeerConfig {
  const quicker = <Waits extends object>(waits: Waits): Waits =>
    Object.fromEntries(
      Object.entries(waits).map(([name, ms]) => [name, ms * config.quickShare]),
    ) as Waits;
  return {
    ...config,
    deadline: quicker(config.deadline),
    patience: quicker(config.patience),
    repair: quicker(config.repair),
  };
}

/** Every number must be finite and not negative; anything else is a bug of the caller. */
export function checkConfig(config: PeerConfig): PeerConfig {
  const check = (value: unknown): void => {
    if (typeof value === 'number')
      invariant(value >= 0 && Number.isFinite(value), 'config: number');
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(check);
  };
  check(config);
  return config;
}
