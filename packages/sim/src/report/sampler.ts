/** What a run was like at every second of its time. */
import { type BitsPerSec, Bytes, type Ms } from '@shoal/core/units';
import type { Simulation, Visit } from '../simulation.js';
import { placeDepths } from './depth.js';
import { hasJoined, uploads } from './presence.js';
import { quantile } from './quantile.js';

/** A second of the run; bytes and stalls are those since the second before. */
export interface Moment {
  readonly at: Ms;
  readonly viewers: number;
  /** Of these, those who agreed to link, and those who upload. */
  readonly joined: number;
  readonly uploading: number;
  /** Of those who upload, all together. */
  readonly uplink: BitsPerSec;
  readonly stalled: number;
  readonly edgeBytes: Bytes;
  readonly peerBytes: Bytes;
  /** Undefined while nobody plays, and for a title. */
  readonly latencyMedianMs: Ms | undefined;
  readonly latencyP95Ms: Ms | undefined;
  /** How long the tracker computed; undefined where no clock was given. */
  readonly trackerMs: Ms | undefined;
}

export class Sampler {
  readonly moments: Moment[] = [];
  /** How many places in trees were so many hops below the root, over all samples. */
  readonly depths: number[] = [];
  /** Whether a clock measures the tracker. */
  readonly isTimed: boolean;
  readonly #world: Simulation;
  #sent = 0;
  #peerBytes = 0;
  #trackerMs = 0;

  constructor(world: Simulation, isTimed: boolean) {
    this.#world = world;
    this.isTimed = isTimed;
  }

  start(): void {
    this.#world.agenda.after(SAMPLE_MS, () => {
      this.#sample();
      this.start();
    });
  }

  #sample(): void {
    const { agenda, visits, media } = this.#world;
    const here = visits.filter((visit) => visit.player !== undefined && isHere(visit));
    const uploaders = here.filter(uploads);
    const latencies = media.live ? here.flatMap(latencyOf) : [];
    this.moments.push({
      at: agenda.now(),
      viewers: here.length,
      joined: here.filter(hasJoined).length,
      uploading: uploaders.length,
      uplink: uploaders.reduce((total, { spec }) => total + spec.up, 0),
      stalled: here.filter(({ player }) => player?.playhead.phase === 'stalled').length,
      edgeBytes: this.#newEdgeBytes(),
      peerBytes: this.#newPeerBytes(),
      latencyMedianMs: latencies.length > 0 ? quantile(latencies, 0.5) : undefined,
      latencyP95Ms: latencies.length > 0 ? quantile(latencies, 0.95) : undefined,
      trackerMs: this.isTimed ? this.#newTrackerMs() : undefined,
    });
    if (this.moments.length % DEPTH_EVERY === 0) placeDepths(here, this.depths);
  }

  #newEdgeBytes(): Bytes {
    const { sent } = this.#world.edge;
    let bytes = 0;
    for (; this.#sent < sent.length; this.#sent++) bytes += sent[this.#sent]?.bytes ?? 0;
    return Bytes(bytes);
  }

  #newPeerBytes(): Bytes {
    let total = 0;
    for (const { viewer } of this.#world.visits) total += viewer?.figures.gotBytes ?? 0;
    const bytes = Bytes(total - this.#peerBytes);
    this.#peerBytes = total;
    return bytes;
  }

  #newTrackerMs(): Ms {
    const { busyMs } = this.#world.tracker.counts;
    const ms = busyMs - this.#trackerMs;
    this.#trackerMs = busyMs;
    return ms;
  }
}

function isHere({ player, isGone }: Visit): boolean {
  return !isGone && player?.playhead.phase !== 'over';
}

function latencyOf({ player }: Visit): Ms[] {
  const isPlaying = player?.playhead.phase === 'playing';
  const last = player?.latencies.at(-1);
  return isPlaying && last !== undefined ? [last] : [];
}

const SAMPLE_MS = 1_000;
/** Trees change slowly, and walking them costs time. */
const DEPTH_EVERY = 5;
