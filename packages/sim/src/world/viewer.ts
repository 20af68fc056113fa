/**
 * A viewer with the engine: drives the peer machine, performs what it says, and watches that it
 * keeps the promises.
 */
import {
  createPeer,
  type PeerConfig,
  type PeerInput,
  type PeerMachine,
  type PeerOutput,
} from '@shoal/core/peer';
import {
  BitsPerSec,
  Bytes,
  type Ms,
  type PartId,
  type PeerId,
  partId,
  pieceLength,
  type Rendition,
} from '@shoal/core/units';
import type { FromTracker } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import type { Edge } from './edge.js';
import type { Fabric, LinkEnd } from './fabric.js';
import { isForged, type Media, type Segment } from './media.js';
import { BUFFER_MS_MAX, type SegmentSource } from './player.js';
import type { Socket, TrackerSite } from './tracker-site.js';
import { countEvent, newFigures, type ViewerFigures } from './viewer-figures.js';

/**
 * `polluter`: every piece it sends is garbage. `silent`: sends none. `mute`: says nothing at all
 * after hello.
 */
export type Behaviour = 'good' | 'polluter' | 'silent' | 'mute';

export interface ViewerWorld {
  readonly agenda: Agenda;
  readonly media: Media;
  readonly edge: Edge;
  readonly tracker: TrackerSite;
  readonly fabric: Fabric;
}

export interface ViewerSpec {
  readonly name: string;
  readonly seed: number;
  readonly access: Access;
  readonly network: string;
  readonly behaviour: Behaviour;
  readonly consent: boolean;
  readonly uploads: boolean;
  readonly config: PeerConfig | undefined;
}

export interface ViewerHooks {
  delivered(request: number, segment: Segment, figures: { edge: Bytes; peer: Bytes }): void;
  failed(request: number): void;
  /** A promise was broken: always a bug. */
  broken(what: string): void;
  trace: ((line: TraceLine) => void) | undefined;
}

export type TraceLine =
  | { readonly kind: 'in'; readonly at: Ms; readonly input: PeerInput; readonly why?: string }
  | { readonly kind: 'out'; readonly at: Ms; readonly output: PeerOutput };

export interface Viewer extends SegmentSource {
  readonly name: string;
  readonly machine: PeerMachine;
  readonly id: () => PeerId | undefined;
  readonly figures: ViewerFigures;
  feed(input: PeerInput): void;
  /** Gone without a word; links break after `noticeMs`, the tracker sees the socket close. */
  vanish(noticeMs: Ms): void;
}

const CHECK_MS = 1;
/** As in the worlds of browser and Node.js. */
const EDGE_SILENCE_MS = 6_000;

export function createViewer(world: ViewerWorld, spec: ViewerSpec, hooks: ViewerHooks): Viewer {
  const { agenda, media, edge, fabric } = world;
  const machine = startPeer(world, spec);
  const figures = newFigures();
  const held = new Map<PartId, Set<number>>();
  const arrivals = new Map<number, boolean>();
  const fetches = new Map<number, { stop: () => void; bytes: number; isStale: boolean }>();
  const wanted = new Map<number, Segment>();
  const queue: PeerInput[] = [];
  const recorded = new Map<Rendition, { newest: number; at: Ms }>();
  let arrivalCount = 0;
  let isRunning = false;
  let isGone = false;
  let alarm = (): void => {};
  let socket: Socket | undefined;
  let id: PeerId | undefined;

  const feed = (input: PeerInput): void => {
    queue.push(input);
    if (isRunning) return;
    isRunning = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (isGone) continue;
      figures.steps += 1;
      const why = next.type === 'wake' ? machine.wake()?.why : undefined;
      hooks.trace?.({
        kind: 'in',
        at: agenda.now(),
        input: next,
        ...(why === undefined ? {} : { why }),
      });
      for (const output of machine.step(agenda.now(), next)) {
        hooks.trace?.({ kind: 'out', at: agenda.now(), output });
        perform(output);
      }
    }
    isRunning = false;
    alarm();
    const wake = isGone ? undefined : machine.wake();
    if (wake === undefined) return;
    alarm = agenda.after(wake.at - agenda.now(), () => feed({ type: 'wake' }));
  };

  const perform = (output: PeerOutput): void => {
    switch (output.type) {
      case 'verify': {
        const ok = !isForged(output.sealed);
        agenda.after(CHECK_MS, () => feed({ type: 'verified', verify: output.verify, ok }));
        return;
      }
      case 'check':
        check(output);
        return;
      case 'discard':
        arrivals.delete(output.arrival);
        return;
      case 'evict':
        held.delete(output.part);
        return;
      case 'fetch':
        fetch(output);
        return;
      case 'cancel-fetch':
        fetches.get(output.fetch)?.stop();
        return;
      case 'release-fetch':
        fetches.get(output.fetch)?.stop();
        fetches.delete(output.fetch);
        return;
      case 'fetch-records':
        fetchRecords({ rendition: output.rendition, sequence: output.since });
        return;
      case 'deliver':
        deliver(output);
        return;
      case 'deliver-plain':
        deliverPlain(output.request, output.fetch);
        return;
      case 'fail':
        wanted.delete(output.request);
        hooks.failed(output.request);
        return;
      case 'connect':
        if (id !== undefined) fabric.connect(id, output.peer);
        return;
      case 'disconnect':
        if (id !== undefined) fabric.disconnect(id, output.peer);
        return;
      case 'send':
        if (spec.behaviour === 'mute' && output.message.type !== 'hello') return;
        if (id !== undefined) fabric.send(id, output.peer, output.message);
        return;
      case 'send-piece':
        sendPiece(output);
        return;
      case 'tracker-open':
        openTracker();
        return;
      case 'tracker-close':
        closeTracker();
        return;
      case 'tracker-send':
        socket?.send(output.message);
        return;
      case 'event':
        countEvent(figures, output.event);
        return;
      case 'recorded':
        noteRecord(output.sealed.record);
        return;
    }
  };

  const check = (output: Extract<PeerOutput, { type: 'check' }>): void => {
    const { key, index, from, length } = output;
    const isGood = inspect(from, length);
    agenda.after(CHECK_MS, () => {
      if (isGone) return;
      if (isGood) hold(partId(key), key, index);
      feed({ type: 'checked', key, index, from, ok: isGood });
    });
  };
  const inspect = (
    from: Extract<PeerOutput, { type: 'check' }>['from'],
    length: Bytes,
  ): boolean => {
    if (from.in === 'arrival') {
      const isGood = arrivals.get(from.arrival);
      arrivals.delete(from.arrival);
      if (isGood === undefined) hooks.broken('checks an arrival that it does not have');
      return isGood === true;
    }
    const fetched = fetches.get(from.fetch);
    if (fetched === undefined || fetched.bytes < from.offset + length) {
      hooks.broken('checks bytes that a fetch has not brought');
    }
    return fetched !== undefined && !fetched.isStale;
  };
  const hold = (part: PartId, segment: Segment, index: number): void => {
    const pieces = held.get(part) ?? new Set();
    held.set(part, pieces.add(index));
    if (pieces.size === media.piecesOf(segment) && media.live) {
      figures.completeMs.push(agenda.now() - media.publishedAt(segment.sequence));
    }
  };
  const noteRecord = ({ rendition, sequence }: Segment): void => {
    const newest = Math.max(sequence, recorded.get(rendition)?.newest ?? 0);
    recorded.set(rendition, { newest, at: agenda.now() });
  };

  const fetch = (output: Extract<PeerOutput, { type: 'fetch' }>): void => {
    const { fetch: number, key, from, to, why } = output;
    const mine = { stop: (): void => {}, bytes: 0, isStale: edge.isStale && !output.fresh };
    fetches.set(number, mine);
    mine.stop = edge.get(
      spec.access,
      { client: spec.name, silenceMs: EDGE_SILENCE_MS, segment: key, from, to },
      {
        bytes(total) {
          figures.edgeByWhy[why] = (figures.edgeByWhy[why] ?? 0) + total - mine.bytes;
          mine.bytes = total;
          feed({ type: 'fetched', fetch: number, bytes: total });
        },
        ended: (done, bytes, status) =>
          feed({ type: 'fetch-ended', fetch: number, done, bytes, status }),
      },
    );
  };
  const fetchRecords = (since: Segment): void =>
    edge.records(spec.access, since, (list) => {
      for (const sealed of list) feed({ type: 'record', sealed });
      const ok = edge.hasRecords && edge.mode === 'ok';
      feed({ type: 'records-ended', rendition: since.rendition, ok });
    });

  const deliver = (output: Extract<PeerOutput, { type: 'deliver' }>): void => {
    const segment = wanted.get(output.request);
    if (segment === undefined) return;
    wanted.delete(output.request);
    for (const part of output.parts) {
      if (held.get(part)?.size !== media.piecesOf(segment)) {
        figures.unverifiedDelivered += 1;
        hooks.broken('delivers a part that is not held whole and verified');
      }
    }
    const { httpBytes, peerBytes } = output;
    if (httpBytes + peerBytes !== media.sizeOf(segment)) hooks.broken('miscounts a delivery');
    hooks.delivered(output.request, segment, { edge: httpBytes, peer: peerBytes });
  };
  const deliverPlain = (request: number, fetch: number): void => {
    const segment = wanted.get(request);
    if (segment === undefined) return;
    wanted.delete(request);
    const bytes = media.sizeOf(segment);
    if (fetches.get(fetch)?.bytes !== bytes) hooks.broken('delivers a plain fetch that is short');
    hooks.delivered(request, segment, { edge: bytes, peer: Bytes(0) });
  };

  const sendPiece = (output: Extract<PeerOutput, { type: 'send-piece' }>): void => {
    const { peer, key, index } = output;
    if (held.get(partId(key))?.has(index) !== true) hooks.broken('sends a piece it does not hold');
    const bytes = pieceLength(media.sizeOf(key), index);
    if (spec.behaviour === 'silent' || spec.behaviour === 'mute') {
      agenda.after(50, () => feed({ type: 'drained', peer, bytes }));
      return;
    }
    figures.sentBytes += bytes;
    const isGood = spec.behaviour === 'good';
    if (id !== undefined) fabric.sendPiece(id, peer, { key, index, bytes, isGood });
  };

  const end: LinkEnd = {
    access: spec.access,
    up: (peer, rttMs) => feed({ type: 'link-up', peer, rttMs }),
    down: (peer) => feed({ type: 'link-down', peer }),
    message: (peer, message) => feed({ type: 'message', peer, message }),
    piece(peer, key, index, bytes, isGood) {
      if (isGone) return;
      arrivalCount += 1;
      arrivals.set(arrivalCount, isGood);
      feed({ type: 'piece', peer, key, index, bytes: Bytes(bytes), arrival: arrivalCount });
    },
    drained: (peer, bytes) => feed({ type: 'drained', peer, bytes: Bytes(bytes) }),
  };

  const closeTracker = (): void => {
    socket?.close();
    socket = undefined;
  };
  const openTracker = (): void => {
    const mine: Socket = world.tracker.open(
      { delayMs: spec.access.delayMs, network: spec.network },
      {
        up: () => socket === mine && feed({ type: 'tracker-up' }),
        message: (message) => socket === mine && hear(message),
        down() {
          if (socket !== mine) return;
          socket = undefined;
          feed({ type: 'tracker-down' });
        },
      },
    );
    socket = mine;
  };
  const hear = (message: FromTracker): void => {
    if (message.type === 'welcome' && message.peer !== id) {
      if (id !== undefined) fabric.leave(id, 100);
      id = message.peer;
      fabric.enter(id, end);
    }
    feed({ type: 'tracker', message });
  };

  const viewer: Viewer = {
    name: spec.name,
    machine,
    id: () => id,
    figures,
    feed,
    follow(rendition) {
      feed({ type: 'follow', renditions: [{ rendition, live: media.live }] });
    },
    located(rendition, listed) {
      const segments = listed.map((sequence) => ({ sequence, durationMs: media.segmentMs }));
      feed({ type: 'located', rendition, live: media.live, segments });
    },
    want(request, segment) {
      wanted.set(request, segment);
      feed({ type: 'want', request, ...segment });
    },
    playback(state) {
      feed({ type: 'playback', bufferMsMax: BUFFER_MS_MAX, ...state });
    },
    newest(rendition) {
      const { newest, at } = recorded.get(rendition) ?? { newest: undefined, at: 0 };
      return media.live && agenda.now() - at < 1.5 * media.segmentMs ? newest : undefined;
    },
    vanish(noticeMs) {
      isGone = true;
      alarm();
      for (const { stop } of fetches.values()) stop();
      if (id !== undefined) fabric.leave(id, noticeMs);
      closeTracker();
    },
  };
  feed({ type: 'uploads', on: spec.uploads, rateMax: BitsPerSec(0) });
  if (spec.consent) feed({ type: 'consent', granted: true });
  return viewer;
}

/** The machine as `spec` wants it, in the stream that `world` plays. */
function startPeer({ agenda, media }: ViewerWorld, { seed, config }: ViewerSpec): PeerMachine {
  const { streamId, epoch, keyId } = media;
  const start = { seed, now: agenda.now(), streamId, epoch, keyId };
  return config === undefined ? createPeer(start) : createPeer(start, config);
}
