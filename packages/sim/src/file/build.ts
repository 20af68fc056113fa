/** From what a scenario file says to the world that is run. */
import { createRandom, type Ms } from '@shoal/core/units';
import { placesOf } from '../audience/places.js';
import { visitsOf } from '../audience/visits.js';
import type { Happening, Scenario } from '../scenario.js';
import type { EdgeMode } from '../world/edge.js';
import type { MediaSpec } from '../world/media.js';
import type { ScenarioFile } from './schema.js';

export interface BuildOptions {
  /** In place of what the file says. */
  readonly seed?: number | undefined;
  readonly forMs?: Ms | undefined;
}

/** The same file and seed build the same scenario. `name` serves when the file gives none. */
export function buildScenario(
  file: ScenarioFile,
  name: string,
  options: BuildOptions = {},
): Scenario {
  const { seed = file.seed, forMs = file.for } = options;
  const random = createRandom(seed ^ 0xf11e);
  const within = { ...file, for: forMs };
  return {
    name: file.name ?? name,
    about: file.about,
    seed,
    forMs,
    media: mediaOf(file),
    edge: { rate: capacityOf(file), delayMs: file.edge.delay },
    visits: visitsOf(within, placesOf(within, random), random),
    happenings: [...edgeFaults(file), ...trackerFaults(file)],
    plain: false,
    unlinkable: 1 - file.pairs.succeed,
    trackerDelayMs: file.tracker.delay,
    linkMs: file.pairs['set-up'],
    distances: { regionsMs: file.between.regions, networksMs: file.between.networks },
    config: undefined,
  };
}

/** Titles are renditions of one stream, a ladder each; the tracker keeps them apart as such. */
function mediaOf({ stream }: ScenarioFile): MediaSpec {
  const { kind, segment, window, duration = 0, bitrates, titles } = stream;
  return {
    live: kind === 'live',
    bitrates: Array.from({ length: titles }, () => bitrates).flat(),
    segmentMs: segment,
    segments: kind === 'live' ? window : Math.ceil(duration / segment),
  };
}

function capacityOf({ edge, stream }: ScenarioFile): number {
  const { capacity } = edge;
  if (typeof capacity === 'number') return capacity;
  return capacity.copies * (stream.bitrates.at(-1) ?? 0);
}

function edgeFaults({ edge }: ScenarioFile): readonly Happening[] {
  return (edge.faults ?? []).flatMap(({ at, for: lasts, as }) => [
    setEdge(at, as, true),
    setEdge(at + lasts, as, false),
  ]);
}

type EdgeFault = NonNullable<ScenarioFile['edge']['faults']>[number]['as'];

function setEdge(at: Ms, fault: EdgeFault, on: boolean): Happening {
  return {
    at,
    what: on ? `the edge: ${fault}` : 'the edge is well',
    run({ edge }) {
      if (fault === 'no-records') edge.hasRecords = !on;
      else edge.mode = on ? modeOf(fault) : 'ok';
    },
  };
}

function modeOf(fault: Exclude<EdgeFault, 'no-records'>): EdgeMode {
  return fault === 'hang' || fault === 'cut' ? fault : Number(fault);
}

function trackerFaults({ tracker }: ScenarioFile): readonly Happening[] {
  return (tracker.faults ?? []).flatMap(
    ({ at, for: lasts }) =>
      [
        { at, what: 'the tracker dies', run: ({ tracker }) => tracker.kill() },
        { at: at + lasts, what: 'the tracker is back', run: ({ tracker }) => tracker.start() },
      ] satisfies Happening[],
  );
}
