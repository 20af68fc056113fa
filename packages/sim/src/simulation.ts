/** One run: a world made from a scenario, played to its end. */
import { createRandom, type Ms, type PeerId } from '@shoal/core/units';
import { type Agenda, createAgenda } from './agenda.js';
import { createAccess } from './network/access.js';
import type { Scenario, VisitSpec } from './scenario.js';
import { createEdge, type Edge } from './world/edge.js';
import { createFabric, type Fabric } from './world/fabric.js';
import { createMedia, type Media, type Segment } from './world/media.js';
import { createPlainSource } from './world/plain-viewer.js';
import { createPlayer, type Player, type SegmentSource } from './world/player.js';
import { createTrackerSite, type TrackerSite } from './world/tracker-site.js';
import { createViewer, type TraceLine, type Viewer } from './world/viewer.js';

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
  player: Player | undefined;
  viewer: Viewer | undefined;
  isGone: boolean;
}

export interface Simulation {
  readonly scenario: Scenario;
  readonly agenda: Agenda;
  readonly media: Media;
  readonly edge: Edge;
  readonly tracker: TrackerSite;
  readonly fabric: Fabric;
  readonly visits: readonly Visit[];
  readonly deliveries: readonly Delivery[];
  /** Promises that a machine broke. */
  readonly broken: readonly string[];
  leave(visit: Visit, noticeMs: Ms): void;
  nameOf(peer: PeerId): string;
  run(): void;
}

export interface RunOptions {
  /** Called for every line of these viewers. */
  readonly trace?: (name: string) => ((line: TraceLine) => void) | undefined;
}

export function createSimulation(scenario: Scenario, options: RunOptions = {}): Simulation {
  const agenda = createAgenda();
  const random = createRandom(scenario.seed);
  const media = createMedia(scenario.media);
  const edge = createEdge(agenda, media, scenario.edge);
  const delayMs = scenario.trackerDelayMs;
  const tracker = createTrackerSite(agenda, media, { seed: scenario.seed, delayMs });
  const fabric = createFabric(agenda, createRandom(scenario.seed ^ 0xfab), {
    canSignal: tracker.isUp,
    unlinkable: scenario.unlinkable,
  });
  const deliveries: Delivery[] = [];
  const broken: string[] = [];
  const visits: Visit[] = scenario.visits.map((spec, i) => ({
    name: `v${i + 1}`,
    spec,
    player: undefined,
    viewer: undefined,
    isGone: false,
  }));

  const arrive = (visit: Visit, seed: number): void => {
    const { spec, name } = visit;
    const access = createAccess(agenda, spec);
    const note = (segment: Segment, bytes: { edge: number; peer: number }): void => {
      deliveries.push({ at: agenda.now(), viewer: name, segment, ...bytes });
    };
    const failed = (request: number): void => visit.player?.failed(request);
    let source: SegmentSource;
    if (scenario.plain) {
      source = createPlainSource(edge, access, name, {
        delivered(request, segment, bytes) {
          note(segment, { edge: bytes, peer: 0 });
          visit.player?.delivered(request);
        },
        failed,
      });
    } else {
      visit.viewer = createViewer(
        { agenda, media, edge, tracker, fabric },
        {
          name,
          seed,
          access,
          network: spec.network ?? `net-${name}`,
          behaviour: spec.behaviour ?? 'good',
          consent: spec.consent ?? true,
          uploads: spec.uploads ?? true,
          config: scenario.config,
        },
        {
          delivered(request, segment, bytes) {
            note(segment, bytes);
            visit.player?.delivered(request);
          },
          failed,
          broken: (what) => broken.push(`${Math.round(agenda.now())} ms: ${name} ${what}`),
          trace: options.trace?.(name),
        },
      );
      source = visit.viewer;
    }
    visit.player = createPlayer(
      agenda,
      { media, edge, access },
      source,
      createRandom(seed),
      spec.ladder,
    );
    if (spec.leaveAt !== undefined) {
      agenda.after(spec.leaveAt - agenda.now(), () =>
        simulation.leave(visit, spec.noticeMs ?? 100),
      );
    }
  };

  const simulation: Simulation = {
    scenario,
    agenda,
    media,
    edge,
    tracker,
    fabric,
    visits,
    deliveries,
    broken,
    leave(visit, noticeMs) {
      if (visit.isGone) return;
      visit.isGone = true;
      visit.player?.stop();
      visit.viewer?.vanish(noticeMs);
    },
    nameOf: (peer) => visits.find(({ viewer }) => viewer?.id() === peer)?.name ?? peer.slice(0, 4),
    run() {
      tracker.start();
      for (const visit of visits) {
        const seed = random.below(2 ** 31);
        agenda.after(visit.spec.arriveAt, () => arrive(visit, seed));
      }
      for (const happening of scenario.happenings) {
        agenda.after(happening.at, () => happening.run(simulation));
      }
      agenda.runUntil(scenario.forMs);
      for (const visit of visits) visit.player?.stop();
    },
  };
  return simulation;
}
