/** An engine: one peer machine of one stream, running on the ports of its world. */
import { keyIdOf, streamIdInput } from '@shoal/core/integrity';
import type { PeerInput, PeerOutput } from '@shoal/core/peer';
import type { BitsPerSec, Ms, Rendition } from '@shoal/core/units';
import type { SealedRecord } from '@shoal/core/wire';
import type { EngineOptions, PeerMachine } from './engine-options.js';
import type { Location, MediaName } from './locations.js';
import { createLoop } from './loop.js';
import { createPerformer } from './perform.js';
import type { EngineStats } from './stats.js';
import type { WantSink } from './wants.js';
import { type ConsentState, explain } from './why.js';
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
  /** Without consent there is no link and no tracker. */
  consent(state: ConsentState): void;
  uploads(on: boolean, rateMax: BitsPerSec): void;
  /** `lateMs`: by how much this machine has been late so far. */
  follow(renditions: Followed, lateMs?: Ms): void;
  playback(playback: Playback): void;
  /** All segments of a playlist, oldest first. `parts`: it names parts as well. */
  located(
    rendition: Rendition,
    live: boolean,
    segments: readonly ListedSegment[],
    parts?: boolean,
  ): void;
  /**
   * Asks for a segment, or for one part of it, which is at `location` in case nobody else says
   * where; returns the withdrawal.
   */
  want(name: MediaName, sink: WantSink, location?: Location): () => void;
  /** Verified records of a rendition, oldest first, 256 at most. */
  records(rendition: Rendition): readonly SealedRecord[];
  stats(): EngineStats;
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
  const { ports, counters, emitter } = options;
  const { clock } = ports;
  let consent: ConsentState = 'unasked';
  let broken = false;

  const feed = (input: PeerInput): void => loop.feed(input);
  const world: World = createWorld(options, feed);
  const destroy = (): void => {
    loop.stop();
    closeWorld(world);
  };
  const loop = createLoop<PeerInput, PeerOutput>({
    clock,
    machine,
    wake: { type: 'wake' },
    perform: createPerformer(world),
    broken(cause) {
      broken = true;
      // First: who is told of a failed want knows already that there is no engine to ask again.
      emitter.emit('broken', { cause });
      destroy();
    },
  });
  const stats = (): EngineStats => {
    const { up, refused, self } = world.tracker.state;
    const { reason, lagMs } = machine.stats();
    const neighbours = world.links.neighbours();
    const why = explain({ broken, canLink: ports.links !== undefined, consent, reason, refused });
    const gauges = { self, peers: neighbours.length, neighbours, lagMs, why };
    return { ...counters.read(), ...gauges, tracker: { up, refused } };
  };
  return {
    consent(state) {
      consent = state;
      feed({ type: 'consent', granted: state === 'granted' });
    },
    uploads: (on, rateMax) => feed({ type: 'uploads', on, rateMax }),
    follow: (renditions, lateMs) => feed({ type: 'follow', renditions, lateMs }),
    playback: (playback) => feed({ type: 'playback', ...playback }),
    located(rendition, live, segments, parts) {
      for (const { sequence, location } of segments) {
        world.locations.set({ rendition, sequence }, location);
      }
      feed({ type: 'located', rendition, live, segments, parts });
    },
    want(name, sink, location) {
      if (location) world.locations.set(name, location);
      return broken ? refuse(sink) : ask(world, name, sink);
    },
    records: world.records.list,
    stats,
    destroy,
  };
}

function refuse(sink: WantSink): () => void {
  sink.failed(0);
  return () => {};
}

function ask({ wants, clock, feed }: World, name: MediaName, sink: WantSink): () => void {
  const { request } = wants.add({ ...name, sink, askedAt: clock.now() });
  feed({ type: 'want', request, ...name });
  return () => {
    if (wants.take(request) !== undefined) feed({ type: 'unwant', request });
  };
}
