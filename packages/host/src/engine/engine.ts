/** An engine: one peer machine of one stream, running on the ports of its world. */
import { invariant } from '@shoal/core/errors';
import { keyIdOf, streamIdInput } from '@shoal/core/integrity';
import type { PeerInput, PeerOutput } from '@shoal/core/peer';
import type { BitsPerSec, Bytes, Ms, Rendition } from '@shoal/core/units';
import type { SealedRecord } from '@shoal/core/wire';
import type { EngineOptions, PeerMachine } from './engine-options.js';
import { createEmitter, type EngineEvents, type On } from './events.js';
import type { Location } from './locations.js';
import { createLoop } from './loop.js';
import { createPerformer } from './perform.js';
import type { EngineStats, HttpWhy, Why } from './stats.js';
import type { WantSink } from './wants.js';
import { explain, type WhyView } from './why.js';
import { closeWorld, createWorld, type World } from './world.js';

export type Playback = Omit<Extract<PeerInput, { type: 'playback' }>, 'type'>;
export type Followed = Extract<PeerInput, { type: 'follow' }>['renditions'];

/** A segment as a playlist names it. */
export interface ListedSegment {
  readonly sequence: number;
  readonly durationMs: Ms;
  readonly location: Location;
}

export interface Engine {
  readonly on: On<EngineEvents>;
  /** Undefined: not asked yet. Without consent there is no link and no tracker. */
  consent(granted: boolean | undefined): void;
  uploads(on: boolean, rateMax: BitsPerSec): void;
  follow(renditions: Followed): void;
  playback(playback: Playback): void;
  /** All segments of a playlist, oldest first. */
  located(rendition: Rendition, live: boolean, segments: readonly ListedSegment[]): void;
  /** Asks for a segment; returns the withdrawal. */
  want(rendition: Rendition, sequence: number, sink: WantSink): () => void;
  /** Verified records of a rendition, oldest first, 256 at most. */
  records(rendition: Rendition): readonly SealedRecord[];
  /** The adapter's own traffic, so that the figures are whole. */
  countHttp(why: HttpWhy, bytes: Bytes): void;
  countPlaylist(from: 'http' | 'records'): void;
  now(): Ms;
  /** What HTTP gave when last measured, 0 when not yet. */
  edgeRate(): BitsPerSec;
  stats(): EngineStats;
  why(): Why;
  /** Ends links, socket and fetches; what is wanted fails. */
  destroy(): void;
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { crypto } = options.ports;
  const { publicKey, name, epoch } = options.stream;
  const [streamId, keyDigest] = await Promise.all([
    crypto.digest(streamIdInput(publicKey, name)),
    crypto.digest(publicKey),
  ]);
  const now = options.ports.clock.now();
  const keyId = keyIdOf(keyDigest);
  return run(options, options.machine({ seed: options.seed, now, streamId, epoch, keyId }));
}

function run(options: EngineOptions, machine: PeerMachine): Engine {
  const { clock, links } = options.ports;
  const emitter = createEmitter<EngineEvents>(() => {});
  let consent: WhyView['consent'] = 'unasked';
  let broken = false;

  const feed = (input: PeerInput): void => loop.feed(input);
  const world: World = createWorld(options, emitter, feed);
  const { counters, tracker } = world;
  const end = (): void => {
    loop.stop();
    closeWorld(world);
    for (const want of world.wants.clear()) want.sink.failed(0);
  };
  const loop = createLoop<PeerInput, PeerOutput>({
    clock,
    machine,
    wake: { type: 'wake' },
    perform: createPerformer(world, feed),
    broken(cause) {
      broken = true;
      // First: who is told of a failed want knows already that there is no engine to ask again.
      emitter.emit('broken', { cause });
      end();
    },
  });
  const why = (): Why => {
    const { up, all } = world.links.count();
    const reach = { canLink: links !== undefined, trackers: options.urls.trackers.length };
    const overloaded = machine.stats().reason === 'overloaded';
    const view = { ...tracker.state, ...reach, broken, consent, overloaded };
    return explain({ ...view, links: up, linksAll: all });
  };
  const stats = (): EngineStats => {
    const { phase, refused, self } = tracker.state;
    const peers = world.links.count().up;
    const said = { up: phase === 'up', refused };
    const { lagMs } = machine.stats();
    return { ...counters.read(), self, peers, lagMs, tracker: said, why: why() };
  };
  return {
    on: emitter.on,
    consent(granted) {
      consent = granted === undefined ? 'unasked' : granted ? 'granted' : 'refused';
      feed({ type: 'consent', granted: granted === true });
    },
    uploads: (on, rateMax) => feed({ type: 'uploads', on, rateMax }),
    follow: (renditions) => feed({ type: 'follow', renditions }),
    playback: (playback) => feed({ type: 'playback', ...playback }),
    located(rendition, live, segments) {
      for (const { sequence, location } of segments) {
        world.locations.set(rendition, sequence, location);
      }
      feed({ type: 'located', rendition, live, segments });
    },
    want: (rendition, sequence, sink) =>
      broken ? refuse(sink) : ask(world, feed, rendition, sequence, sink),
    records: world.records.list,
    countHttp: counters.http,
    countPlaylist: counters.playlist,
    now: clock.now,
    edgeRate: counters.edgeRate.read,
    stats,
    why,
    destroy() {
      end();
      emitter.clear();
    },
  };
}

function refuse(sink: WantSink): () => void {
  sink.failed(0);
  return () => {};
}

function ask(
  { wants, clock }: World,
  feed: (input: PeerInput) => void,
  rendition: Rendition,
  sequence: number,
  sink: WantSink,
): () => void {
  invariant(Number.isSafeInteger(sequence), 'want: a sequence is a whole number');
  const { request } = wants.add({ rendition, sequence, sink, askedAt: clock.now() });
  feed({ type: 'want', request, rendition, sequence });
  return () => {
    if (wants.take(request) !== undefined) feed({ type: 'unwant', request });
  };
}
