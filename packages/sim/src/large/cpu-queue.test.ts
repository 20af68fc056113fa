import { expect, it } from 'vitest';
import { CpuQueue } from './cpu-queue.js';

it('waits for what came before, and for itself', () => {
  const queue = new CpuQueue();
  expect([
    queue.serve(0, 10, 'plan'),
    queue.serve(4, 1, 'join'),
    queue.serve(11, 2, 'join'),
    queue.serve(50, 1, 'join'),
  ]).toEqual([10, 7, 2, 1]);
  expect([queue.total(), queue.total('join'), queue.total('none')]).toEqual([14, 4, 0]);
});
