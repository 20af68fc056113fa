/** A large event: every tracker with all of its peers, then the sampled clusters piece by piece. */
import type { Ms } from '@shoal/core/units';
import type { ScenarioFile } from '../file/schema.js';
import { type LargeReport, largeReportOf, type SamplePair } from './report.js';
import type { SampleResult } from './sample.js';
import { type SampledCluster, type ShardResult, shardSeed } from './shard.js';
import type { Task, TaskResult, Workshop } from './task.js';
import { inThread } from './threads.js';

export interface LargeOptions {
  /** In place of what the file says. */
  readonly seed?: number | undefined;
  readonly forMs?: Ms | undefined;
  /** Tasks at once; 2 without it. */
  readonly jobs?: number;
  /** The share of the work that is done. */
  readonly progress?: (done: number) => void;
  readonly isStopped?: () => boolean;
  /** Threads without it. */
  readonly workshop?: Workshop;
}

/** `file` has a sample section. A run that is stopped reports what it has. */
export async function runLarge(
  file: ScenarioFile,
  name: string,
  options: LargeOptions = {},
): Promise<LargeReport> {
  const { seed = file.seed, forMs = file.for } = options;
  const began = performance.now();
  const cpu = process.cpuUsage();
  const shards = file.sample?.machines ?? 1;
  const common = { file, name, seed };
  const shardTasks = Array.from({ length: shards }, (_, shard): Task => {
    return { kind: 'shard', task: { ...common, forMs, shard, shards } };
  });
  const shardResults = (await playAll(shardTasks, options, [0, SHARDS_SHARE])) as ShardResult[];
  const clusters = shardResults.flatMap(({ samples }) => samples);
  const sampleTasks = clusters.flatMap((cluster, i) => arms(cluster, shardSeed(seed, i), common));
  const played = (await playAll(sampleTasks, options, [SHARDS_SHARE, 1])) as SampleResult[];
  const { user, system } = process.cpuUsage(cpu);
  return largeReportOf({
    file,
    name: file.name ?? name,
    seed,
    forMs,
    shards: shardResults,
    samples: pairsOf(played),
    cost: {
      wallMs: performance.now() - began,
      cpuMs: (user + system) / 1000,
      rssBytes: 1024 * process.resourceUsage().maxRSS,
    },
  });
}

function arms(
  { visits }: SampledCluster,
  seed: number,
  common: { readonly file: ScenarioFile; readonly name: string },
): Task[] {
  return [false, true].map((plain) => ({
    kind: 'sample',
    task: { ...common, seed, visits, plain },
  }));
}

/** Those that were played to their end. */
function pairsOf(played: readonly SampleResult[]): SamplePair[] {
  const pairs: SamplePair[] = [];
  for (let i = 0; i + 1 < played.length; i += 2) {
    const [ours, plain] = [played[i] as SampleResult, played[i + 1] as SampleResult];
    if (ours.isWhole && plain.isWhole) pairs.push({ ours, plain });
  }
  return pairs;
}

/** Results in order of tasks, a few at once; the progress of all goes from one share to the other. */
async function playAll(
  tasks: readonly Task[],
  options: LargeOptions,
  [from, to]: readonly [number, number],
): Promise<TaskResult[]> {
  const { jobs = JOBS, workshop = inThread, progress, isStopped = () => false } = options;
  const done = tasks.map(() => 0);
  const results: TaskResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < tasks.length; at = next++) {
      results[at] = await workshop(tasks[at] as Task, (share) => {
        done[at] = share;
        progress?.(from + ((to - from) * done.reduce((sum, one) => sum + one, 0)) / tasks.length);
        return !isStopped();
      });
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

const JOBS = 2;
/** Of the work, what the trackers take. */
const SHARDS_SHARE = 0.7;
