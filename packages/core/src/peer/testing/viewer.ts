/** A viewer for tests: a peer machine in a virtual world that fetches, links and checks for it. */

import { type Counters, count, createCounters } from '../../telemetry/index.js';
import { Bytes, Ms, type PartId, type PartKey, PeerId, partId } from '../../units/index.js';
import type { FromTracker } from '../../wire/index.js';
import type { PeerConfig } from '../config.js';
import type { PeerInput, PeerOutput } from '../contract.js';
import { createPeer, type PeerMachine } from '../peer.js';
import { createTestPlayer, type TestPlayer } from './player.js';
import { startOf } from './records.js';
import type { TestSwarm } from './swarm.js';

export interface ViewerOptions {
  readonly consent?: boolean;
  readonly config?: PeerConfig;
  /** Bits a second. */
  readonly uplink?: number;
}

export interface Viewer {
  readonly name: string;
  readonly machine: PeerMachine;
  readonly player: TestPlayer;
  readonly counters: Counters;
  readonly held: Map<PartId, Set<number>>;
  readonly outputs: { readonly at: number; readonly output: PeerOutput }[];
  /** Corrupt: every piece that it sends is garbage. Silent: none leaves. */
  behaviour: 'good' | 'corrupt' | 'silent';
  gone: boolean;
  feed(input: PeerInput): void;
  piece(from: string, key: PartKey, index: number, bytes: Bytes, good: boolean): void;
  tracker(message: FromTracker): void;
  trackerDown(): void;
}

const HOP = 15;

export function createViewer(swarm: TestSwarm, name: string, options: ViewerOptions): Viewer {
  const { clock, edge } = swarm;
  const machine = createPeer(startOf(hash(name), clock.now()), options.config);
  const uplink = options.uplink ?? 20_000_000;
  const stops = new Map<number, () => void>();
  const badFetches = new Set<number>();
  const arrivals = new Map<number, boolean>();
  const held = new Map<PartId, Set<number>>();
  let arrivalIds = 0;
  let sendingUntil = 0;
  let alarm = 0;
  let isTracked = false;

  const feed = (input: PeerInput): void => {
    if (viewer.gone) return;
    const outputs = machine.step(Ms(clock.now()), input);
    for (const output of outputs) {
      viewer.outputs.push({ at: clock.now(), output });
      perform(output);
    }
    const wake = machine.wake();
    alarm++;
    const mine = alarm;
    if (wake === undefined) return;
    clock.after(wake.at - clock.now(), () => mine === alarm && feed({ type: 'wake' }));
  };
  const after = (ms: number, input: PeerInput): void => clock.after(ms, () => feed(input));

  const perform = (output: PeerOutput): void => {
    switch (output.type) {
      case 'verify':
        after(1, { type: 'verified', verify: output.verify, ok: true });
        return;
      case 'check':
        check(output);
        return;
      case 'event':
        count(viewer.counters, output.event);
        return;
      case 'evict':
        held.delete(output.part);
        return;
      case 'fetch':
        fetch(output);
        return;
      case 'cancel-fetch':
        stops.get(output.fetch)?.();
        return;
      case 'fetch-records':
        fetchRecords(output.rendition, output.since);
        return;
      case 'tracker-open':
        clock.after(HOP, () => {
          isTracked = swarm.tracker.up;
          feed({ type: isTracked ? 'tracker-up' : 'tracker-down' });
        });
        return;
      case 'tracker-close':
        isTracked = false;
        return;
      case 'tracker-send':
        clock.after(HOP, () => isTracked && swarm.tracker.receive(name, output.message));
        return;
      case 'connect':
        swarm.connect(name, output.peer);
        return;
      case 'disconnect':
        swarm.disconnect(name, output.peer);
        return;
      case 'send':
        swarm.deliver(name, output.peer, HOP, (other) =>
          other.feed({ type: 'message', peer: PeerId(name), message: output.message }),
        );
        return;
      case 'send-piece':
        sendPiece(output);
        return;
      case 'deliver':
        for (const part of output.parts) swarm.assertHeld(viewer, part);
        viewer.player.delivered(output.request, true);
        return;
      case 'deliver-plain':
        viewer.player.delivered(output.request, false);
        return;
      case 'fail':
        viewer.player.failed(output.request);
        return;
      default:
        return;
    }
  };
  const check = (output: Extract<PeerOutput, { type: 'check' }>): void => {
    const { key, index, from } = output;
    const ok =
      from.in === 'fetch' ? !badFetches.has(from.fetch) : arrivals.get(from.arrival) === true;
    clock.after(1, () => {
      const id = partId(key);
      if (ok) held.set(id, (held.get(id) ?? new Set()).add(index));
      feed({ type: 'checked', key, index, from, ok });
    });
  };
  const fetch = (output: Extract<PeerOutput, { type: 'fetch' }>): void => {
    const { fetch: id, key, from, why } = output;
    const to = output.to ?? swarm.sizeOf(key.sequence);
    if (edge.mode === 'corrupt' && !output.fresh) badFetches.add(id);
    const stop = edge.get({
      ...{ peer: name, why, key, from, to },
      onBytes: (bytes) => feed({ type: 'fetched', fetch: id, bytes: Bytes(bytes) }),
      onEnd: (done, bytes, status) =>
        feed({ type: 'fetch-ended', fetch: id, done, bytes: Bytes(bytes), status }),
    });
    stops.set(id, stop);
  };
  const fetchRecords = (rendition: number, since: number): void =>
    clock.after(30, () => {
      for (const sealed of swarm.recordsSince(since)) feed({ type: 'record', sealed });
      feed({ type: 'records-ended', rendition, ok: swarm.hasRecords });
    });
  const sendPiece = ({ peer, key, index }: Extract<PeerOutput, { type: 'send-piece' }>): void => {
    if (held.get(partId(key))?.has(index) !== true) throw new Error('sent what is not held');
    const bytes = Bytes(Math.min(16_384, swarm.sizeOf(key.sequence) - index * 16_384));
    sendingUntil = Math.max(sendingUntil, clock.now()) + (bytes * 8000) / uplink;
    const wait = sendingUntil - clock.now();
    after(wait, { type: 'drained', peer, bytes });
    if (viewer.behaviour === 'silent') return;
    const good = viewer.behaviour === 'good';
    swarm.deliver(name, peer, wait + HOP, (other) => other.piece(name, key, index, bytes, good));
  };

  const viewer: Viewer = {
    name,
    machine,
    player: createTestPlayer(swarm, feed),
    counters: createCounters(),
    held,
    outputs: [],
    behaviour: 'good',
    gone: false,
    feed,
    piece(from, key, index, bytes, good) {
      arrivalIds++;
      arrivals.set(arrivalIds, good);
      feed({ type: 'piece', peer: PeerId(from), key, index, bytes, arrival: arrivalIds });
    },
    tracker: (message) => isTracked && feed({ type: 'tracker', message }),
    trackerDown() {
      if (isTracked) feed({ type: 'tracker-down' });
      isTracked = false;
    },
  };
  return viewer;
}

function hash(name: string): number {
  let value = 17;
  for (let i = 0; i < name.length; i++) value = (value * 31 + name.charCodeAt(i)) >>> 0;
  return value;
}
