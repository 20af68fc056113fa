/** Work of a large event that can be done apart from the rest, as plain data. */
import { playSample, type SampleResult, type SampleTask } from './sample.js';
import { playShard, type ShardResult, type ShardTask } from './shard.js';

export type Task =
  | { readonly kind: 'shard'; readonly task: ShardTask }
  | { readonly kind: 'sample'; readonly task: SampleTask };

export type TaskResult = ShardResult | SampleResult;

/** Hears which share of a task is done; false ends it early. */
export type TaskProgress = (done: number) => boolean;

/** Does a task somewhere. */
export type Workshop = (task: Task, progress: TaskProgress) => Promise<TaskResult>;

export function playTask(task: Task, progress: TaskProgress): TaskResult {
  return task.kind === 'shard' ? playShard(task.task, progress) : playSample(task.task, progress);
}
