/** The uplink estimate and the window that follows from it. */
import { describe, expect, it } from 'vitest';
import { Bytes, Ms } from '../units/index.js';
import {
  DEFAULT_UPLINK,
  startUplink,
  uplinkBacklog,
  uplinkDrained,
  uploadWindow,
} from './uplink.js';

/** Drains `bytes` every 100 ms for `times` times, with something waiting or not. */
function drain(bytes: number, times: number, waiting: boolean): number {
  let uplink = startUplink();
  for (let i = 0; i < times; i++) {
    uplink = uplinkBacklog(uplink, waiting);
    uplink = uplinkDrained(uplink, Ms(i * 100), Bytes(bytes));
  }
  return uplink.rate;
}

describe('the uplink', () => {
  it('is measured while something waits for it', () => {
    expect(drain(12_500, 60, true)).toBeGreaterThan(950_000);
    expect(drain(12_500, 60, true)).toBeLessThan(1_550_000);
    expect(drain(250_000, 60, true)).toBeGreaterThan(15_000_000);
  });

  it('is not judged while nothing waits: then the demand was measured', () => {
    expect(drain(1_000, 60, false)).toBe(DEFAULT_UPLINK.startRate);
  });

  it('is measured in one short burst where it is wide', () => {
    let uplink = uplinkBacklog(startUplink(), true);
    // 50 Mbit/s for a quarter of a second.
    for (let i = 1; i <= 97; i++) uplink = uplinkDrained(uplink, Ms(i * 2.6), Bytes(16_384));
    expect(uplink.rate).toBeGreaterThan(35_000_000);
    expect(uplink.rate).toBeLessThan(51_000_000);
  });

  it('is not flattered by what was on its way before', () => {
    let uplink = uplinkBacklog(startUplink(), true);
    // Full buffers empty at once, then 4 Mbit/s.
    for (let i = 0; i < 40; i++) uplink = uplinkDrained(uplink, Ms(33 * i), Bytes(16_384));
    expect(uplink.rate).toBeLessThan(4_000_000);
  });

  it('is never believed to be nothing', () => {
    expect(drain(0, 200, true)).toBe(DEFAULT_UPLINK.leastRate);
  });
});

it('allows bytes in flight for a time, and two pieces at least (PSH3)', () => {
  expect(uploadWindow(8_000_000)).toBe(200_000);
  expect(uploadWindow(100_000)).toBe(2 * 16_384);
});
