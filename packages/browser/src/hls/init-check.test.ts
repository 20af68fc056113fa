/** Initialisation sections against their records. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkInit } from './init-check.js';

const good = Uint8Array.from([1, 2, 3]).buffer;
const bad = Uint8Array.from([9]).buffer;
const digest = async (bytes: Uint8Array) => new Uint8Array(32).fill(bytes[0] ?? 0);
const claim = new Uint8Array(32).fill(1);
const never = () => new Promise<void>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a section', () => {
  it('passes when it matches', async () => {
    const again = async () => undefined;
    expect(await checkInit({ claim: () => claim, record: never, digest, again }, good)).toBe(good);
  });

  it('is fetched again past every cache when it does not, and refused when that is wrong too', async () => {
    expect(
      await checkInit({ claim: () => claim, record: never, digest, again: async () => good }, bad),
    ).toBe(good);
    expect(
      await checkInit({ claim: () => claim, record: never, digest, again: async () => bad }, bad),
    ).toBeUndefined();
    expect(
      await checkInit(
        { claim: () => claim, record: never, digest, again: async () => undefined },
        bad,
      ),
    ).toBeUndefined();
  });

  it('waits a little for its record, and no longer', async () => {
    let known: Uint8Array | undefined;
    let tell = (): void => {};
    const record = () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      });
    const parts = { claim: () => known, record, digest, again: async () => undefined };
    const late = checkInit(parts, bad);
    await vi.advanceTimersByTimeAsync(100);
    tell();
    await vi.advanceTimersByTimeAsync(1);
    known = claim;
    tell();
    expect(await late).toBeUndefined();
    known = undefined;
    const none = checkInit(parts, bad);
    await vi.advanceTimersByTimeAsync(500);
    expect(await none).toBe(bad);
  });
});
