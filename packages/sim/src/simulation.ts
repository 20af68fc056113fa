/** One run: a world made from a scenario, played to its end. */
import type { TrackerConfig } from '@shoal/core/tracker';
import { createRandom, type Ms, type PeerId, type Random } from '@shoal/core/units';
import { type Agenda, createAgenda } from './agenda.js';
import { type Access, createAccess } from './network/access.js';
import { Paths } from './network/paths.js';
import { Sampler } from './report/sampler.js';
import type { Scenario, VisitSpec } from './scenario.js';
import { Edge } from './world/edge.js';
import { Fabric } from './world/fabric.js';
import { LowLatencyPlayer } from './world/low-latency-player.js';
import { createMedia, type Media, type Segment } from './world/media.js';
import { createPlainSource } from './world/plain-viewer.js';
import { type AnyPlayer, Player } from './world/player.js';
import { TrackerSite } from './world/tracker-site.js';
import { type TraceLine, Viewer, type ViewerHooks } from './world/viewer.js';

export interface Delivery {
  readonly at: Ms;
  readonly viewer: string;
  readonly segment: Segment;
  readonly edge: number;
  readonly peer: number;
}

export interface Visit {
  readonly name: string;
  readonly spec: VisitSpec;
  /** Undefined before it arrives. */
  player: AnyPlayer | undefined;
  viewer: Viewer | undefined;
  isGone: boolean;
}

export interface RunOptions {
  /** Called for every line of these viewers. */
  readonly trace?: (name: string) => ((line: TraceLine) => void) | undefined;
  /** A real clock, to measure the tracker by; it decides nothing. */
  readonly clock?: () => Ms;
  /** Other than the default. */
  readonly tracker?: TrackerConfig;
}

export class Simulation {
  scenario: Scenario;
  readonly agenda: Agenda;
  readonly media: Media;
  readonly edge: Edge;
  readonly tracker: TrackerSite;
  readonly fabric: Fabric;
  readonly visits: readonly Visit[];
  readonly deliveries: Delivery[] = [];
  /** Promises that a machine broke. */
  readonly broken: string[] = [];
  /** What every second was like. */
  readonly sampler: Sampler;
  readonly #trace: RunOptions['trace'];
  readonly #random: Random;

  constructor(scenario: Scenario, options: RunOptions) {
    const { seed, trackerDelayMs: delayMs, unlinkable, linkMs, distances } = scenario;
    this.scenario = scenario;
    this.#trace = options.trace;
    this.#random = createRandom(seed);
    this.agenda = createAgenda();
    this.media = createMedia(scenario.media);
    const paths = new Paths(this.agenda, createRandom(seed ^ 0xa7), distances);
    this.edge = new Edge(this.agenda, this.media, paths, scenario.edge);
    this.tracker = new TrackerSite(this.agenda, this.media, {
      seed,
      delayMs,
      clock: options.clock,
      config: options.tracker,
    });
    const canSignal = (): boolean => this.tracker.isUp();
    this.fabric = new Fabric(this.agenda, createRandom(seed ^ 0xfab), {
      canSignal,
      unlinkable,
      paths,
      linkMs,
    });
    this.visits = scenario.visits.map((spec, i) => ({
      name: `v${i + 1}`,
      spec,
      player: undefined,
      viewer: undefined,
      isGone: false,
    }));
    this.sampler = new Sampler(this, options.clock !== undefined);
  }

  /** To the end of the scenario. */
  run(): void {
    this.start();
    this.advance(this.scenario.forMs);
    this.end();
  }

  /** Once, before time passes. */
  start(): void {
    const { agenda, scenario } = this;
    this.tracker.start();
    this.sampler.start();
    for (const visit of this.visits) {
      const seed = this.#random.below(2 ** 31);
      agenda.after(visit.spec.arriveAt, () => this.#arrive(visit, seed));
    }
    for (const happening of scenario.happenings) {
      agenda.after(happening.at, () => happening.run(this));
    }
  }

  /** Lets time pass up to `until`. */
  advance(until: Ms): void {
    this.agenda.runUntil(Math.min(until, this.scenario.forMs));
  }

  /** Closes the books; a run that ends early was a scenario that is as long as that. */
  end(): void {
    for (const visit of this.visits) visit.player?.stop();
    const forMs = this.agenda.now();
    if (forMs < this.scenario.forMs) this.scenario = { ...this.scenario, forMs };
  }

  leave(visit: Visit, noticeMs: Ms): void {
    if (visit.isGone) return;
    visit.isGone = true;
    visit.player?.stop();
    visit.viewer?.vanish(noticeMs);
  }

  nameOf(peer: PeerId): string {
    const visit = this.visits.find(({ viewer }) => viewer?.id() === peer);
    return visit?.name ?? peer.slice(0, 4);
  }

  #arrive(visit: Visit, seed: number): void {
    const { agenda, media, edge } = this;
    const { spec } = visit;
    const access = createAccess(agenda, spec);
    const source = this.scenario.plain
      ? createPlainSource(edge, access, visit.name, this.#hooks(visit))
      : this.#engine(visit, access, seed);
    const world = { agenda, media, edge, access };
    visit.player =
      media.partMs === undefined
        ? new Player(world, source, createRandom(seed), spec.ladder)
        : new LowLatencyPlayer(world, source, createRandom(seed));
    if (spec.leaveAt === undefined) return;
    agenda.after(spec.leaveAt - agenda.now(), () => this.leave(visit, spec.noticeMs ?? 100));
  }

  #engine(visit: Visit, access: Access, seed: number): Viewer {
    const { name, spec } = visit;
    const viewer = new Viewer(
      this,
      {
        name,
        seed,
        access,
        network: networkOf(visit),
        behaviour: spec.behaviour ?? 'good',
        config: this.scenario.config,
      },
      this.#hooks(visit),
    );
    visit.viewer = viewer;
    viewer.begin(spec.uploads ?? true, spec.consent ?? true);
    return viewer;
  }

  #hooks(visit: Visit): ViewerHooks {
    const { name } = visit;
    return {
      delivered: (request, segment, { edge, peer }) => {
        this.deliveries.push({ at: this.agenda.now(), viewer: name, segment, edge, peer });
        visit.player?.delivered(request);
      },
      failed: (request) => visit.player?.failed(request),
      broken: (what) => this.broken.push(`${Math.round(this.agenda.now())} ms: ${name} ${what}`),
      trace: this.#trace?.(name),
    };
  }
}

/** Where a visit has no network of its own, nobody shares one with it. */
export function networkOf({ name, spec }: Visit): string {
  return spec.network ?? `net-${name}`;
}

export function createSimulation(scenario: Scenario, options: RunOptions = {}): Simulation {
  return new Simulation(scenario, options);
}
