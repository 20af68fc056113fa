/**
 * A crowd of well-behaved peers around a tracker, in virtual time: what they were told, and links
 * that come up when told.
 */
import type { Ms, PeerId } from '../units/index.js';
import type { FromTracker, Join, SealedRecord, ToTracker } from '../wire/index.js';
import type { Place } from './choose-cluster.js';
import type { TrackerConfig } from './config.js';
import type { TrackerOutput } from './contract.js';
import { createTracker } from './tracker.js';

export const STREAM = new Uint8Array(32).fill(7);
export const EPOCH = 3;

export interface CrowdPeer {
  readonly connection: number;
  readonly network: string;
  peer: PeerId | undefined;
  secret: Uint8Array;
  readonly got: FromTracker[];
  readonly links: Set<PeerId>;
  closed: string | undefined;
}

export interface CrowdOptions {
  readonly config?: TrackerConfig;
  /** From an introduction to the link. */
  readonly linkMs?: Ms;
  readonly seed?: number;
  readonly startAt?: Ms;
  /** Pairs that can never link. */
  readonly walls?: (a: PeerId, b: PeerId) => boolean;
}

interface JoinPart extends Partial<Join> {
  readonly network?: string;
  readonly standing?: Place;
  readonly live?: boolean;
  readonly follow?: number[];
}

export type Crowd = ReturnType<typeof createCrowd>;

export function createCrowd(options: CrowdOptions = {}) {
  const { linkMs = 100, seed = 1, startAt = 0, walls = () => false } = options;
  const config = options.config === undefined ? {} : { config: options.config };
  const tracker = createTracker({ seed, now: startAt, ...config });
  const peers = new Map<number, CrowdPeer>();
  const byId = new Map<PeerId, CrowdPeer>();
  const timers: { at: Ms; run: () => void }[] = [];
  let now: Ms = startAt;
  let connections = 0;

  const perform = (outputs: readonly TrackerOutput[]): void => {
    for (const output of outputs) {
      const peer = peers.get(output.connection);
      if (peer === undefined) continue;
      if (output.type === 'close') peer.closed = output.why;
      else receive(peer, output.message);
    }
  };
  const feed = (input: Parameters<typeof tracker.step>[1]): void =>
    perform(tracker.step(now, input));
  const receive = (peer: CrowdPeer, message: FromTracker): void => {
    peer.got.push(message);
    if (message.type === 'welcome') {
      peer.peer = message.peer;
      peer.secret = message.secret;
      byId.set(message.peer, peer);
    }
    if (message.type === 'introduce' && message.offer && peer.peer !== undefined) {
      const [a, b] = [peer.peer, message.peer];
      if (!walls(a, b)) timers.push({ at: now + linkMs, run: () => link(a, b) });
    }
  };
  const say = (peer: CrowdPeer, message: ToTracker, proven?: boolean): void =>
    feed({
      type: 'message',
      connection: peer.connection,
      message,
      ...(proven === undefined ? {} : { proven }),
    });
  const report = (peer: CrowdPeer): void => {
    if (peer.closed !== undefined) return;
    say(peer, { type: 'links', open: [...peer.links].map((id) => ({ peer: id, rttMs: 20 })) });
  };
  const link = (a: PeerId, b: PeerId): void => {
    const [x, y] = [byId.get(a), byId.get(b)];
    if (x === undefined || y === undefined || x.closed !== undefined || y.closed !== undefined)
      return;
    x.links.add(b);
    y.links.add(a);
    report(x);
    report(y);
  };

  const crowd = {
    tracker,
    now: (): Ms => now,
    /** A socket that has not joined yet. */
    open(network = '10.0.0', standing: Place = {}): CrowdPeer {
      connections += 1;
      const entropy = new Uint8Array(24).fill(connections & 255);
      entropy[7] = connections >> 8;
      const peer: CrowdPeer = {
        connection: connections,
        network,
        peer: undefined,
        secret: new Uint8Array(16),
        got: [],
        links: new Set(),
        closed: undefined,
      };
      peers.set(peer.connection, peer);
      feed({ type: 'opened', connection: peer.connection, entropy, network, ...standing });
      return peer;
    },
    /** A peer that joined and follows the live rendition 0. */
    join(part: JoinPart = {}) {
      const peer = crowd.open(part.network, part.standing);
      say(peer, joinMessage(part));
      if (peer.peer !== undefined) crowd.follow(peer, part.follow ?? [0], part.live ?? true);
      return peer;
    },
    follow(peer: CrowdPeer, renditions: readonly number[], live = true, playhead = 0): void {
      const entries = renditions.map((rendition) => ({ rendition, playhead, live }));
      say(peer, { type: 'follow', renditions: entries });
    },
    say,
    link,
    feed,
    unlink(a: CrowdPeer, b: CrowdPeer): void {
      a.links.delete(b.peer as PeerId);
      b.links.delete(a.peer as PeerId);
      report(a);
      report(b);
    },
    /** The socket is cut. */
    cut(peer: CrowdPeer): void {
      peer.closed = 'cut';
      feed({ type: 'closed', connection: peer.connection });
      for (const other of peers.values()) {
        if (peer.peer === undefined || !other.links.delete(peer.peer)) continue;
        timers.push({ at: now + 40, run: () => report(other) });
      }
    },
    /** Runs timers and wake-ups for so long. */
    pass(ms: Ms): void {
      const end = now + ms;
      for (let idle = 0; ; ) {
        timers.sort((x, y) => x.at - y.at);
        const timer = timers[0];
        const wake = tracker.wake();
        const at = Math.max(now, Math.min(timer?.at ?? Infinity, wake?.at ?? Infinity));
        if (at > end) break;
        idle = at > now ? 0 : idle + 1;
        if (idle > 1_000) throw new Error('the tracker wakes for nothing, for ever');
        now = at;
        if (timer !== undefined && timer.at <= at) timers.shift()?.run();
        else feed({ type: 'wake' });
      }
      now = end;
    },
    present: (): CrowdPeer[] => [...peers.values()].filter((peer) => peer.closed === undefined),
  };
  feed({ type: 'stream', streamId: STREAM, epoch: EPOCH });
  return crowd;
}

export function joinMessage(part: Partial<Join> = {}): Join {
  return {
    type: 'join',
    version: part.version ?? 1,
    versionMin: part.versionMin ?? 1,
    streamId: part.streamId ?? STREAM,
    epoch: part.epoch ?? EPOCH,
    resume: part.resume,
    uploads: part.uploads ?? true,
    uplink: part.uplink ?? 0,
    token: '',
  };
}

export function record(sequence: number, rendition = 0, part = 0): SealedRecord {
  return {
    record: {
      streamId: STREAM,
      epoch: EPOCH,
      rendition,
      sequence,
      part,
      byteLength: 150_000,
      durationMs: 2_000,
      mediaTimeMs: sequence * 2_000,
      flags: 3,
      keyId: new Uint8Array(8),
      init: new Uint8Array(32),
      pieces: new Uint8Array(32),
      hint: '',
    },
    signed: new Uint8Array(150),
    signature: new Uint8Array(64),
    digests: new Uint8Array(320),
  };
}

export function gotOf<T extends FromTracker['type']>(
  peer: CrowdPeer,
  type: T,
): Extract<FromTracker, { type: T }>[] {
  return peer.got.filter((message) => message.type === type) as Extract<FromTracker, { type: T }>[];
}
