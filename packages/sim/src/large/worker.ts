/** A thread that does one task: says how far it is, and at the end what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { playTask, type Task } from './task.js';

const { task, stop } = workerData as { readonly task: Task; readonly stop: Int32Array };
const result = playTask(task, (done) => {
  parentPort?.postMessage({ done });
  return Atomics.load(stop, 0) === 0;
});
parentPort?.postMessage({ result });
