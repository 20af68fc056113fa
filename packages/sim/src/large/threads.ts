/** Threads for tasks: each has a processor and a memory of its own, given back at its end. */
import { Worker } from 'node:worker_threads';
import type { Task, TaskProgress, TaskResult } from './task.js';

/** Does the task in a new thread. Rejects with what the thread threw. */
export function inThread(task: Task, progress: TaskProgress): Promise<TaskResult> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { task, stop },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise((resolve, reject) => {
    worker.on('message', (message: { done?: number; result?: TaskResult }) => {
      if (message.result !== undefined) resolve(message.result);
      else if (!progress(message.done ?? 0)) Atomics.store(stop, 0, 1);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a thread ended without a result')));
  });
}

/** Two of them stay within 8 GiB. */
const HEAP_MB = 3_500;
