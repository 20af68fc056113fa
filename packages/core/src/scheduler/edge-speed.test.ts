/** What transfers say of the edge. */
import { expect, it } from 'vitest';
import { Bytes, Ms } from '../units/index.js';
import { EDGE_SPEED_START, fetchMs, measureEdge } from './edge-speed.js';

it('follows what transfers give', () => {
  let speed = EDGE_SPEED_START;
  for (let i = 0; i < 20; i++) speed = measureEdge(speed, Ms(300), Bytes(100_000), Ms(1_000));
  expect(fetchMs(speed, Bytes(100_000))).toBeGreaterThan(1_200);
  expect(fetchMs(speed, Bytes(100_000))).toBeLessThan(1_400);
});

it('learns nothing about the rate from a short body that came at once', () => {
  const speed = measureEdge(EDGE_SPEED_START, Ms(100), Bytes(500), Ms(1));
  expect(speed.rate).toBe(EDGE_SPEED_START.rate);
});

it('learns from a few bytes that took long', () => {
  const speed = measureEdge(EDGE_SPEED_START, Ms(100), Bytes(500), Ms(2_000));
  expect(speed.rate).toBeLessThan(EDGE_SPEED_START.rate);
});
