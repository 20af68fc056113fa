/** One tracker machine of a large event, with its share of the audience, and clusters by lot. */
import { DEFAULT_TRACKER, type TrackerConfig } from '@shoal/core/tracker';
import { createRandom, type Ms } from '@shoal/core/units';
import { buildScenario } from '../file/build.js';
import type { ScenarioFile } from '../file/schema.js';
import type { VisitSpec } from '../scenario.js';
import { type LightCluster, LightWorld } from './light-world.js';

export interface ShardTask {
  readonly file: ScenarioFile;
  readonly name: string;
  readonly seed: number;
  readonly forMs: Ms;
  readonly shard: number;
  readonly shards: number;
}

/** What ten seconds were like. */
export interface ShardMoment {
  readonly at: Ms;
  readonly peers: number;
  readonly busyMs: Ms;
  readonly planMs: Ms;
}

export interface SampledCluster {
  readonly shard: number;
  /** As they came, and as they left. */
  readonly visits: readonly VisitSpec[];
}

export interface ShardResult {
  readonly counts: LightWorld['counts'];
  readonly viewers: number;
  readonly series: readonly ShardMoment[];
  readonly busyMs: Readonly<Record<string, Ms>>;
  readonly joinWaits: Float64Array;
  /** How many there were when all had come. */
  readonly clusters: number;
  readonly samples: readonly SampledCluster[];
}

/** A tracker that has a machine to itself. */
export const LARGE_TRACKER: TrackerConfig = {
  ...DEFAULT_TRACKER,
  admission: {
    ...DEFAULT_TRACKER.admission,
    peersMax: 1_000_000,
    joins: { perSec: 2_000, burst: 4_000 },
  },
};

/** Plays it to the end; `progress` hears how much of the time is over, and may say to stop. */
export function playShard(task: ShardTask, progress: (done: number) => boolean): ShardResult {
  const { file, seed, forMs, shard } = task;
  const mine = { ...file, viewers: { ...file.viewers, count: shareOf(task) } };
  const scenario = buildScenario(mine, task.name, { seed: shardSeed(seed, shard), forMs });
  const world = new LightWorld(scenario, { config: LARGE_TRACKER, clock: () => performance.now() });
  const series: ShardMoment[] = [];
  let clusters: readonly LightCluster[] | undefined;
  let samples: readonly SampledCluster[] = [];
  const sampleAt = Math.min(forMs, arrivedAt(file));
  world.start();
  for (let at = 0; at < forMs; ) {
    at = Math.min(forMs, at + MOMENT_MS);
    if (clusters === undefined && at >= sampleAt) {
      world.agenda.runUntil(sampleAt);
      clusters = world.clusters();
      samples = sampled(clusters, task);
    }
    world.agenda.runUntil(at);
    series.push(momentOf(world, series, at));
    if (!progress(at / forMs)) break;
  }
  return {
    counts: world.counts,
    viewers: scenario.visits.length,
    series,
    busyMs: Object.fromEntries(world.queue.busyMs),
    joinWaits: Float64Array.from(world.joinWaits),
    clusters: clusters?.length ?? 0,
    samples,
  };
}

/** When the last wave has come. */
export function arrivedAt({ viewers }: ScenarioFile): Ms {
  return Math.max(...viewers.arrive.map(({ at, within }) => at + within));
}

export function shardSeed(seed: number, shard: number): number {
  return (Math.imul(seed, 0x9e3779b1) + shard) >>> 0;
}

function shareOf({ file, shard, shards }: ShardTask): number {
  const { count } = file.viewers;
  return Math.floor(count / shards) + (shard < count % shards ? 1 : 0);
}

function momentOf(world: LightWorld, before: readonly ShardMoment[], at: Ms): ShardMoment {
  const spent = (of: (moment: ShardMoment) => Ms): Ms =>
    before.reduce((sum, moment) => sum + of(moment), 0);
  return {
    at,
    peers: world.peers(),
    busyMs: world.queue.total() - spent(({ busyMs }) => busyMs),
    planMs: world.queue.total('plan') - spent(({ planMs }) => planMs),
  };
}

/** Members by lot, and the cluster of each: the chance of a cluster is in proportion to its size. */
function sampled(
  clusters: readonly LightCluster[],
  { file, seed, shard, shards }: ShardTask,
): SampledCluster[] {
  const random = createRandom(shardSeed(seed, shard) ^ 0x5a3);
  const all = file.sample?.clusters ?? 0;
  const most = Math.floor(all / shards) + (shard < all % shards ? 1 : 0);
  const members = clusters.flatMap((cluster) => cluster.map(() => cluster));
  const chosen = new Set<LightCluster>();
  for (let i = 0; i < TRIES && chosen.size < Math.min(most, clusters.length); i++) {
    const cluster = members[random.below(members.length)];
    if (cluster !== undefined) chosen.add(cluster);
  }
  return [...chosen].map((cluster) => ({ shard, visits: cluster.map(({ spec }) => spec) }));
}

const MOMENT_MS = 10_000;
const TRIES = 10_000;
