/**
 * A viewer with the engine: performs what the peer machine says, and watches that it keeps the
 * promises.
 */
import {
  checkConfig,
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
  type PartKey,
  type PeerId,
  partId,
  pieceLength,
  type Rendition,
} from '@shoal/core/units';
import type { FromTracker, LinkMessage, Plan } from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import { Drive, type TraceLine } from './drive.js';
import type { Edge } from './edge.js';
import type { Fabric, LinkEnd } from './fabric.js';
import { isForged, type Media, type Segment } from './media.js';
import { type Behaviour, DRIP_MS, distorted, fateOf } from './mischief.js';
import { type Fetched, PieceShelf } from './piece-shelf.js';
import { BUFFER_MS_MAX, type PlaybackState, type SegmentSource } from './player.js';
import type { Socket, TrackerSite } from './tracker-site.js';
import { countEvent, countPiece, newFigures, type ViewerFigures } from './viewer-figures.js';

export type { TraceLine } from './drive.js';
export type { Behaviour } from './mischief.js';

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
  readonly config: PeerConfig | undefined;
}

export interface ViewerHooks {
  delivered(request: number, segment: Segment, figures: { edge: Bytes; peer: Bytes }): void;
  failed(request: number): void;
  /** A promise was broken: always a bug. */
  broken(what: string): void;
  readonly trace: ((line: TraceLine) => void) | undefined;
}

type Of<T extends PeerOutput['type']> = Extract<PeerOutput, { type: T }>;

export class Viewer implements SegmentSource {
  readonly machine: PeerMachine;
  readonly figures: ViewerFigures = newFigures();
  /** Every id that it has had; the last is in force. */
  readonly ids: PeerId[] = [];
  /** The newest plan of each rendition that it follows. */
  readonly plans = new Map<Rendition, Plan>();
  readonly #world: ViewerWorld;
  readonly #spec: ViewerSpec;
  readonly #hooks: ViewerHooks;
  readonly #drive: Drive;
  readonly #shelf: PieceShelf;
  readonly #fetches = new Map<number, Fetched & { stop: () => void }>();
  readonly #wanted = new Map<number, Segment>();
  readonly #recorded = new Map<Rendition, { readonly newest: number; readonly at: Ms }>();
  readonly #awaited = new Map<PartId, () => void>();
  #socket: Socket | undefined;
  #id: PeerId | undefined;
  /** When the last piece of a slow-drip is due. */
  #dripAt: Ms = 0;

  constructor(world: ViewerWorld, spec: ViewerSpec, hooks: ViewerHooks) {
    this.#world = world;
    this.#spec = spec;
    this.#hooks = hooks;
    this.machine = startPeer(world, spec);
    const perform = (output: PeerOutput): void => this.#perform(output);
    this.#drive = new Drive(world.agenda, this.machine, perform, hooks.trace);
    this.#shelf = new PieceShelf(world.media, (what) => hooks.broken(what));
  }

  begin(uploads: boolean, consent: boolean): void {
    this.feed({ type: 'uploads', on: uploads, rateMax: BitsPerSec(0) });
    if (consent) this.feed({ type: 'consent', granted: true });
  }

  id(): PeerId | undefined {
    return this.#id;
  }

  feed(input: PeerInput): void {
    this.#drive.feed(input);
  }

  /** Gone without a word; links break after `noticeMs`, the tracker sees the socket close. */
  vanish(noticeMs: Ms): void {
    this.#drive.stop();
    for (const { stop } of this.#fetches.values()) stop();
    if (this.#id !== undefined) this.#world.fabric.leave(this.#id, noticeMs);
    this.#closeTracker();
  }

  follow(rendition: Rendition): void {
    const { live } = this.#world.media;
    this.plans.clear();
    this.feed({ type: 'follow', renditions: [{ rendition, live }] });
  }

  located(rendition: Rendition, listed: readonly number[]): void {
    const { live, segmentMs: durationMs } = this.#world.media;
    const segments = listed.map((sequence) => ({ sequence, durationMs }));
    this.feed({ type: 'located', rendition, live, segments });
  }

  want(request: number, segment: Segment): void {
    this.#wanted.set(request, segment);
    this.feed({ type: 'want', request, ...segment });
  }

  playback(state: PlaybackState): void {
    this.feed({ type: 'playback', bufferMsMax: BUFFER_MS_MAX, ...state });
  }

  /** While records are fresh they make the playlist. */
  newest(rendition: Rendition): number | undefined {
    const { agenda, media } = this.#world;
    const known = this.#recorded.get(rendition);
    if (!media.live || known === undefined) return undefined;
    return agenda.now() - known.at < 1.5 * media.segmentMs ? known.newest : undefined;
  }

  /** While records come, they make the playlist. */
  awaitPart(key: PartKey, come: () => void): (() => void) | undefined {
    const { agenda, media } = this.#world;
    const id = partId(key);
    const known = this.#recorded.get(key.rendition);
    if (known === undefined || agenda.now() - known.at > 2 * (media.partMs ?? 0)) return undefined;
    const undo = (): void => {
      this.#awaited.delete(id);
    };
    this.#awaited.set(id, () => {
      undo();
      come();
    });
    return undo;
  }

  #perform(output: PeerOutput): void {
    switch (output.type) {
      case 'deliver':
      case 'deliver-plain':
      case 'fail':
        this.#answer(output);
        break;
      case 'verify':
      case 'check':
      case 'discard':
      case 'evict':
      case 'recorded':
        this.#examine(output);
        break;
      case 'fetch':
      case 'cancel-fetch':
      case 'release-fetch':
      case 'fetch-records':
        this.#ask(output);
        break;
      case 'connect':
      case 'disconnect':
      case 'send':
      case 'send-piece':
        if (this.#id !== undefined) this.#link(this.#id, output);
        break;
      case 'tracker-open':
        this.#openTracker();
        break;
      case 'tracker-close':
        this.#closeTracker();
        break;
      case 'tracker-send':
        this.#socket?.send(output.message);
        break;
      case 'event':
        countEvent(this.figures, output.event);
    }
  }

  // ------------------------------------------------------------------ the player

  #answer(output: Of<'deliver' | 'deliver-plain' | 'fail'>): void {
    const segment = this.#wanted.get(output.request);
    this.#wanted.delete(output.request);
    if (segment === undefined) return;
    if (output.type === 'fail') {
      this.#hooks.failed(output.request);
      return;
    }
    const size = this.#world.media.sizeOf(segment);
    let [edge, peer] = [size, Bytes(0)];
    if (output.type === 'deliver') {
      [edge, peer] = [output.httpBytes, output.peerBytes];
      if (!this.#shelf.expectWhole(segment, output.parts)) this.figures.unverifiedDelivered += 1;
      if (edge + peer !== size) this.#hooks.broken('miscounts a delivery');
    } else if (size !== output.fetches.reduce((sum, id) => sum + this.#fetches.get(id)!.bytes, 0)) {
      this.#hooks.broken('delivers a plain fetch that is short');
    }
    this.#hooks.delivered(output.request, segment, { edge, peer });
  }

  // ------------------------------------------------------------------ integrity

  #examine(output: Of<'verify' | 'check' | 'discard' | 'evict' | 'recorded'>): void {
    if (output.type === 'check') this.#check(output);
    else if (output.type === 'discard') this.#shelf.discard(output.arrival);
    else if (output.type === 'evict') this.#shelf.evict(output.part);
    else if (output.type === 'recorded') {
      const { rendition, sequence, part } = output.sealed.record;
      this.#awaited.get(partId({ rendition, sequence, part }))?.();
      const newest = Math.max(sequence, this.#recorded.get(rendition)?.newest ?? 0);
      this.#recorded.set(rendition, { newest, at: this.#world.agenda.now() });
    } else {
      const { verify, sealed } = output;
      const ok = !isForged(sealed);
      this.#world.agenda.after(CHECK_MS, () => this.feed({ type: 'verified', verify, ok }));
    }
  }

  #check(output: Of<'check'>): void {
    const { agenda, media } = this.#world;
    const { key, index, from } = output;
    const fetched = from.in === 'fetch' ? this.#fetches.get(from.fetch) : undefined;
    const ok = this.#shelf.inspect(output, fetched);
    agenda.after(CHECK_MS, () => {
      if (ok && this.#shelf.hold(key, index) && media.live) {
        this.figures.completeMs.push(agenda.now() - media.publishedAt(key));
      }
      this.feed({ type: 'checked', key, index, from, ok });
    });
  }

  // ------------------------------------------------------------------ the edge

  #ask(output: Of<'fetch' | 'cancel-fetch' | 'release-fetch' | 'fetch-records'>): void {
    const { edge } = this.#world;
    if (output.type === 'fetch') this.#fetch(output);
    else if (output.type === 'fetch-records') {
      const { rendition, since } = output;
      edge.records(this.#spec.access, { rendition, sequence: since }, (list) => {
        for (const sealed of list) this.feed({ type: 'record', sealed });
        const ok = edge.hasRecords && edge.mode === 'ok';
        this.feed({ type: 'records-ended', rendition, ok });
      });
    } else {
      this.#fetches.get(output.fetch)?.stop();
      if (output.type === 'release-fetch') this.#fetches.delete(output.fetch);
    }
  }

  #fetch({ fetch, key, of, from, to, why, fresh }: Of<'fetch'>): void {
    const { edge } = this.#world;
    const { access, name: client } = this.#spec;
    const { edgeByWhy } = this.figures;
    const mine = { stop: (): void => {}, bytes: Bytes(0), isStale: edge.isStale && !fresh };
    this.#fetches.set(fetch, mine);
    const segment = of === 'part' ? key : { ...key, part: undefined };
    const request = { client, silenceMs: EDGE_SILENCE_MS, segment, from, to };
    mine.stop = edge.get(access, request, {
      bytes: (total) => {
        edgeByWhy[why] = (edgeByWhy[why] ?? 0) + total - mine.bytes;
        mine.bytes = total;
        this.feed({ type: 'fetched', fetch, bytes: total });
      },
      ended: (done, bytes, status) =>
        this.feed({ type: 'fetch-ended', fetch, done, bytes, status }),
    });
  }

  // ------------------------------------------------------------------ links

  #link(id: PeerId, output: Of<'connect' | 'disconnect' | 'send' | 'send-piece'>): void {
    const { fabric } = this.#world;
    const { peer } = output;
    if (output.type === 'connect') fabric.connect(id, peer);
    else if (output.type === 'disconnect') fabric.disconnect(id, peer);
    else if (output.type === 'send') this.#send(id, peer, output.message);
    else this.#sendPiece(id, output);
  }

  #send(id: PeerId, peer: PeerId, message: LinkMessage): void {
    const said = distorted(this.#spec.behaviour, message);
    if (said !== undefined) this.#world.fabric.send(id, peer, said);
  }

  #sendPiece(id: PeerId, { peer, key, index }: Of<'send-piece'>): void {
    const { agenda, media, fabric } = this.#world;
    const fate = fateOf(this.#spec.behaviour);
    this.#shelf.expectHeld(key, index);
    const bytes = pieceLength(media.sizeOf(key), index);
    const send = (): void => {
      this.figures.sentBytes += bytes;
      fabric.sendPiece(id, peer, { key, index, bytes, isGood: fate !== 'spoilt' });
    };
    if (fate === 'sent' || fate === 'spoilt') send();
    else agenda.after(PRETEND_MS, () => this.feed({ type: 'drained', peer, bytes }));
    if (fate !== 'dripped') return;
    this.#dripAt = Math.max(agenda.now(), this.#dripAt) + DRIP_MS;
    agenda.after(this.#dripAt - agenda.now(), send);
  }

  #end(): LinkEnd {
    return {
      access: this.#spec.access,
      up: (peer, rttMs) => this.feed({ type: 'link-up', peer, rttMs }),
      down: (peer) => this.feed({ type: 'link-down', peer }),
      message: (peer, message) => this.feed({ type: 'message', peer, message }),
      piece: (peer, key, index, bytes, isGood) => {
        if (isGood) countPiece(this.figures, peer, Bytes(bytes));
        const arrival = this.#shelf.arrive(isGood);
        this.feed({ type: 'piece', peer, key, index, bytes: Bytes(bytes), arrival });
      },
      drained: (peer, bytes) => {
        if (fateOf(this.#spec.behaviour) === 'dripped') return;
        this.feed({ type: 'drained', peer, bytes: Bytes(bytes) });
      },
    };
  }

  // ------------------------------------------------------------------ the tracker

  #openTracker(): void {
    const { access, network } = this.#spec;
    const isMine = (): boolean => this.#socket === mine;
    const mine: Socket = this.#world.tracker.open(
      { delayMs: access.delayMs, network, region: access.region, asn: access.asn },
      {
        up: () => isMine() && this.feed({ type: 'tracker-up' }),
        message: (message) => isMine() && this.#hear(message),
        down: () => {
          if (!isMine()) return;
          this.#socket = undefined;
          this.feed({ type: 'tracker-down' });
        },
      },
    );
    this.#socket = mine;
  }

  #closeTracker(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #hear(message: FromTracker): void {
    if (message.type === 'welcome' && message.peer !== this.#id) {
      if (this.#id !== undefined) this.#world.fabric.leave(this.#id, RENAMED_MS);
      this.#id = message.peer;
      this.ids.push(message.peer);
      this.#world.fabric.enter(this.#id, this.#end());
    }
    if (message.type === 'plan') this.plans.set(message.rendition, message);
    this.feed({ type: 'tracker', message });
  }
}

/** The machine as `spec` wants it, in the stream that `world` plays. */
function startPeer({ agenda, media }: ViewerWorld, { seed, config }: ViewerSpec): PeerMachine {
  const { streamId, epoch, keyId } = media;
  const start = { seed, now: agenda.now(), streamId, epoch, keyId };
  return config === undefined ? createPeer(start) : createPeer(start, checkConfig(config));
}

const CHECK_MS = 1;
/** As in the worlds of browser and Node.js. */
const EDGE_SILENCE_MS = 6_000;
/** How long a piece that is never sent seems to take. */
const PRETEND_MS = 50;
const RENAMED_MS = 100;
