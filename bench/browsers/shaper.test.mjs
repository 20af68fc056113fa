/** The token bucket keeps its rate, and the queue in front of it is fair. */

import { afterEach, expect, test, vi } from 'vitest';
import { FairEgress, TokenBucket } from './shaper.mjs';

afterEach(() => vi.useRealTimers());

test('a bucket gives its burst at once and then its rate', () => {
  const bucket = new TokenBucket({ bytesPerSec: 1000, burstBytes: 500 });
  expect(bucket.take(0, 800)).toBe(500);
  expect(bucket.take(0, 1)).toBe(0);
  expect(bucket.take(100, 800)).toBe(100);
  expect(bucket.take(10_000, 800)).toBe(500);
});

test('a bucket never gives more than burst and rate allow, however it is asked', () => {
  const bucket = new TokenBucket({ bytesPerSec: 1000, burstBytes: 200 });
  let given = 0;
  for (let ms = 0; ms <= 1000; ms += 7) given += bucket.take(ms, 1 + (ms % 13));
  expect(given).toBeLessThanOrEqual(200 + 1000);
  expect(given).toBeGreaterThan(800);
});

function body(bytes) {
  return {
    sent: 0,
    left() {
      return bytes - this.sent;
    },
    write(count) {
      this.sent += count;
    },
  };
}

test('bodies that wait together get equal shares, and one that is gone frees its share', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const egress = new FairEgress({ kbps: 800 });
  const [a, b, c] = [body(200_000), body(200_000), body(6_000)];
  for (const each of [a, b, c]) egress.add(each);
  vi.advanceTimersByTime(1000);
  expect(c.sent).toBe(6_000);
  expect(Math.abs(a.sent - b.sent)).toBeLessThanOrEqual(2048);
  expect(a.sent + b.sent + c.sent).toBeGreaterThan(95_000);
  expect(a.sent + b.sent + c.sent).toBeLessThanOrEqual(100_000 + 16 * 1024);
  b.left = () => 0;
  const before = a.sent;
  vi.advanceTimersByTime(500);
  expect(a.sent - before).toBeGreaterThan(45_000);
  egress.stop();
});
