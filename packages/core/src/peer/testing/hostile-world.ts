/**
 * A world for fuzzing: it keeps its own contract, while peers, tracker and edge say whatever the
 * dice say.
 */
import {
  Bytes,
  Ms,
  type PartId,
  type PartKey,
  PeerId,
  partId,
  pieceLength,
} from '../../units/index.js';
import type { FromTracker, LinkMessage } from '../../wire/index.js';
import type { PeerInput, PeerOutput } from '../contract.js';
import { createPeer } from '../peer.js';
import { STREAM, sealedOf, startOf } from './records.js';

/** A whole number in [0, below). */
export type Dice = (below: number) => number;

const PEERS = ['a', 'b', 'c', 'd', 'e'].map((name) => PeerId(name.repeat(16)));
const SIZES = [1, 16_384, 50_000, 150_000];

/**
 * Runs `steps` random steps, throws at the first broken promise, and says how often each output
 * came.
 */
export function runHostile(dice: Dice, steps: number): Map<string, number> {
  const seen = new Map<string, number>();
  const machine = createPeer(startOf(dice(1_000_000)));
  const checks: Extract<PeerOutput, { type: 'check' }>[] = [];
  const verifies: number[] = [];
  const fetches = new Map<
    number,
    { key: PartKey; from: number; to: number | undefined; bytes: number; running: boolean }
  >();
  const arrivals = new Set<number>();
  const held = new Map<PartId, Set<number>>();
  const wants = new Set<number>();
  const links = new Set<PeerId>();
  let consent = false;
  let now = 0;
  let ids = 0;

  const pick = <T>(items: readonly T[]): T => items[dice(items.length)] as T;
  /** Half of the segments have one part, the others three. */
  const partsOf = (sequence: number): number => (sequence % 2 === 0 ? 1 : 3);
  const key = (): PartKey => {
    const sequence = dice(12);
    return { rendition: dice(2), sequence, part: dice(dice(20) === 0 ? 4 : partsOf(sequence)) };
  };
  const record = () => {
    const at = key();
    const parts = partsOf(at.sequence);
    return sealedOf({ ...at, parts, bytes: SIZES[dice(4)]!, epoch: dice(20) === 0 ? 2 : 1 });
  };
  const maybePart = (): number | undefined => (dice(2) > 0 ? dice(3) : undefined);
  const pieces = (): number[] => [...new Set([dice(12), dice(12), dice(5000)])];

  const link = (): LinkMessage => {
    const at = key();
    switch (dice(wildness) === 0 ? dice(10) : 1 + dice(8)) {
      case 0:
        return {
          type: 'hello',
          version: 1,
          versionMin: 1,
          peer: pick(PEERS),
          streamId: STREAM,
          epoch: 1,
          uploads: dice(4) > 0,
        };
      case 1:
        return { type: 'record', sealed: record() };
      case 2:
        return { type: 'record-ask', key: at };
      case 3: {
        const count = 1 + dice(12);
        const bits = new Uint8Array((count + 7) >> 3).fill(dice(256));
        return { type: 'have', key: at, pieces: count, bits: dice(3) > 0 ? 'all' : bits };
      }
      case 4:
        return {
          type: 'holdings',
          rendition: dice(3),
          playhead: dice(12),
          runs: [{ from: dice(12), count: 1 + dice(12) }],
        };
      case 5:
        return { type: 'ask', key: at, pieces: pieces() };
      case 6:
        return { type: 'cancel', key: at, pieces: pieces() };
      case 7:
        return {
          type: 'refuse',
          key: at,
          pieces: pieces(),
          why: pick(['absent', 'busy'] as const),
        };
      case 8:
        return { type: 'uploads', on: dice(2) > 0, rate: dice(1e6) };
      default:
        return { type: 'bye' };
    }
  };
  const tracker = (): FromTracker => {
    switch (dice(wildness) === 0 ? dice(7) : 1 + dice(4)) {
      case 0:
        return {
          type: 'welcome',
          version: 1,
          peer: pick(PEERS),
          secret: new Uint8Array(16),
          linksMax: dice(8),
          statsMs: dice(5_000),
        };
      case 1:
        return { type: 'introduce', peer: pick(PEERS), offer: dice(2) > 0 };
      case 2: {
        const one = (): PeerId | undefined => (dice(3) > 0 ? pick(PEERS) : undefined);
        const tree = () => ({
          parent: one(),
          standby: one(),
          standbyRoot: dice(3) === 0,
          children: [pick(PEERS), pick(PEERS)],
        });
        const trees = Array.from({ length: dice(4) }, tree);
        return {
          type: 'plan',
          rendition: dice(2),
          version: dice(100),
          stripesMax: 1 + dice(8),
          trees,
        };
      }
      case 3:
        return { type: 'announce', sealed: record() };
      case 4:
        return {
          type: 'claimed',
          rendition: dice(2),
          owners: [{ sequence: dice(12), peer: pick(PEERS) }],
        };
      case 5:
        return { type: 'gone', peer: pick(PEERS), banned: dice(2) > 0 };
      default:
        return { type: 'refused', why: 'limit', retryMs: dice(3_000) };
    }
  };

  const player = (): PeerInput => {
    switch (dice(7)) {
      case 0:
        consent = dice(12) > 0;
        return { type: 'consent', granted: consent };
      case 1:
        return { type: 'uploads', on: dice(3) > 0, rateMax: dice(2) * 1e6 };
      case 2:
        return { type: 'follow', renditions: [{ rendition: dice(2), live: dice(2) > 0 }] };
      case 3:
        return {
          type: 'playback',
          rendition: dice(2),
          sequence: dice(12),
          part: maybePart(),
          bufferMs: Ms(dice(20_000)),
          stalled: dice(5) === 0,
          playing: dice(2) > 0,
          bufferMsMax: Ms(30_000),
        };
      case 4:
        ids++;
        wants.add(ids);
        return {
          type: 'want',
          request: ids,
          rendition: dice(2),
          sequence: dice(12),
          part: maybePart(),
        };
      case 5: {
        const request = dice(ids + 1);
        wants.delete(request);
        return { type: 'unwant', request };
      }
      default: {
        const first = dice(8);
        const segments = [0, 1, 2, 3].map((i) => ({ sequence: first + i, durationMs: Ms(2_000) }));
        return { type: 'located', rendition: dice(2), live: dice(2) > 0, segments };
      }
    }
  };
  const edge = (): PeerInput => {
    const running = [...fetches].filter(([, fetch]) => fetch.running);
    const [id, fetch] = running.length > 0 ? pick(running) : [999_999, undefined];
    if (fetch !== undefined) {
      const end = fetch.to ?? fetch.from + SIZES[dice(4)]!;
      fetch.bytes = Math.max(fetch.bytes, Math.min(end - fetch.from, fetch.bytes + dice(60_000)));
    }
    const bytes = Bytes(fetch?.bytes ?? dice(1_000));
    if (dice(3) > 0) return { type: 'fetched', fetch: id, bytes };
    if (fetch !== undefined) fetch.running = false;
    return {
      type: 'fetch-ended',
      fetch: id,
      done: dice(2) > 0,
      bytes,
      status: pick([0, 200, 404, 503]),
    };
  };
  const answer = (): PeerInput => {
    const check = checks.shift();
    if (check !== undefined) {
      const ok = dice(6) > 0;
      const id = partId(check.key);
      if (ok) held.set(id, (held.get(id) ?? new Set()).add(check.index));
      if (check.from.in === 'arrival') arrivals.delete(check.from.arrival);
      return { type: 'checked', key: check.key, index: check.index, from: check.from, ok };
    }
    const verify = verifies.shift();
    if (verify !== undefined) return { type: 'verified', verify, ok: dice(6) > 0 };
    return { type: 'records-ended', rendition: dice(2), ok: dice(2) > 0 };
  };
  const network = (): PeerInput => {
    const peer = pick(PEERS);
    switch (dice(12)) {
      case 0:
        if (dice(wildness) > 0) break;
        links.add(peer);
        return { type: 'link-up', peer, rttMs: Ms(dice(300)) };
      case 1:
        if (dice(wildness) > 0) break;
        links.delete(peer);
        return { type: 'link-down', peer };
      case 2:
        if (dice(wildness) > 0) break;
        return { type: 'violation', peer };
      case 3:
        return { type: 'drained', peer, bytes: Bytes(dice(100_000)) };
      case 4:
      case 5: {
        ids++;
        arrivals.add(ids);
        const at = key();
        const index = dice(12);
        const bytes = pieceLength(Bytes(SIZES[dice(4)]!), index);
        return {
          type: 'piece',
          peer,
          key: at,
          index,
          bytes: Bytes(Math.max(1, bytes)),
          arrival: ids,
        };
      }
      default:
        return { type: 'message', peer, message: link() };
    }
    return { type: 'message', peer, message: { type: 'record', sealed: record() } };
  };
  const greeting = (peer: PeerId): LinkMessage => ({
    type: 'hello',
    version: 1,
    versionMin: 1,
    peer,
    streamId: STREAM,
    epoch: 1,
    uploads: true,
  });
  const input = (): PeerInput => {
    if (due.length > 0 && dice(4) > 0) return due.shift()!;
    switch (dice(7)) {
      case 0:
        return player();
      case 1:
        return edge();
      case 2:
        return answer();
      case 3:
        return pick<PeerInput>([
          { type: 'tracker-up' },
          { type: 'tracker', message: tracker() },
          { type: 'tracker', message: tracker() },
          dice(wildness) === 0 ? { type: 'tracker-down' } : { type: 'wake' },
        ]);
      case 4:
        return { type: 'record', sealed: record() };
      case 5:
        return network();
      default:
        return { type: 'wake' };
    }
  };

  /** What a well-behaved world does next; most runs mostly behave, or nothing would ever begin. */
  const due: PeerInput[] = [];
  const wildness = 2 + dice(8);
  const comply = (output: PeerOutput): void => {
    if (dice(10) === 0) return;
    if (output.type === 'tracker-open') {
      const message: FromTracker = {
        type: 'welcome',
        version: 1,
        peer: PeerId('f'.repeat(16)),
        secret: new Uint8Array(16),
        linksMax: 4,
        statsMs: Ms(5_000),
      };
      due.push({ type: 'tracker-up' }, { type: 'tracker', message });
      for (const peer of PEERS) {
        due.push({ type: 'tracker', message: { type: 'introduce', peer, offer: dice(2) > 0 } });
      }
    } else if (output.type === 'connect') {
      const { peer } = output;
      due.push({ type: 'link-up', peer, rttMs: Ms(30) });
      due.push({ type: 'message', peer, message: greeting(peer) });
    }
  };

  /** One behind the other, from the first byte to the last. */
  const isWhole = (body: readonly { from: number; to: number | undefined; bytes: number }[]) =>
    body.every(({ from }, i) => from === (i === 0 ? 0 : body[i - 1]!.from + body[i - 1]!.bytes)) &&
    (body.at(-1)!.to ?? Number.POSITIVE_INFINITY) > body.at(-1)!.from + body.at(-1)!.bytes;
  const must = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`broken promise: ${what}`);
  };
  const watch = (output: PeerOutput): void => {
    seen.set(output.type, (seen.get(output.type) ?? 0) + 1);
    switch (output.type) {
      case 'check': {
        const { from, length, index } = output;
        must(length > 0 && length <= 16_384, 'a piece has a length');
        if (from.in === 'arrival') must(arrivals.has(from.arrival), 'an arrival is used once');
        else {
          const fetch = fetches.get(from.fetch);
          must(
            fetch !== undefined && from.offset + length <= fetch.bytes,
            'checked bytes have come',
          );
          const at = fetch!.from + from.offset - index * 16_384;
          const isNext = output.key.part > fetch!.key.part;
          must(isNext ? at > 0 : at === 0, 'the offset is that of the piece');
        }
        checks.push(output);
        return;
      }
      case 'verify':
        verifies.push(output.verify);
        return;
      case 'discard':
        must(arrivals.delete(output.arrival), 'an arrival is discarded once');
        return;
      case 'evict':
        held.delete(output.part);
        return;
      case 'deliver':
        must(wants.delete(output.request), 'only what is asked for is delivered');
        for (const part of output.parts)
          must((held.get(part)?.size ?? 0) > 0, 'delivered parts are held');
        return;
      case 'deliver-plain':
        must(wants.delete(output.request), 'only what is asked for is delivered');
        must(isWhole(output.fetches.map((id) => fetches.get(id)!)), 'a plain body is whole');
        return;
      case 'fail':
        must(wants.delete(output.request), 'only what is asked for fails');
        return;
      case 'send-piece':
        must(
          held.get(partId(output.key))?.has(output.index) === true,
          'only checked pieces are sent',
        );
        must(consent, 'nothing is sent without consent');
        return;
      case 'connect':
      case 'tracker-open':
        must(consent, 'nobody is contacted without consent');
        return;
      case 'fetch':
        must(output.to === undefined || output.to > output.from, 'a range has bytes');
        fetches.set(output.fetch, {
          key: output.key,
          from: output.from,
          to: output.to,
          bytes: 0,
          running: true,
        });
        return;
      case 'cancel-fetch':
        must(fetches.get(output.fetch)?.running === true, 'only what runs is cancelled');
        fetches.get(output.fetch)!.running = false;
        return;
      case 'release-fetch':
        must(fetches.get(output.fetch)?.running === false, 'what is released is over');
        must(
          !checks.some(({ from }) => from.in === 'fetch' && from.fetch === output.fetch),
          'nothing of it is being checked',
        );
        fetches.delete(output.fetch);
        return;
      default:
        return;
    }
  };

  for (let i = 0; i < steps; i++) {
    now += dice(4) === 0 ? dice(2_000) : dice(30);
    const outputs = machine.step(Ms(now), input());
    for (const output of outputs) {
      watch(output);
      comply(output);
    }
    must(outputs.length < 2_000, 'a step is bounded');
    const wake = machine.wake();
    must(wake === undefined || wake.at > now, 'a wake is in the future');
    must(
      [...fetches.values()].filter(({ running }) => running).length <= 4,
      'three fetches and a hedge at most',
    );
    must(arrivals.size <= 256 + checks.length, 'arrivals are bounded');
  }
  return seen;
}
