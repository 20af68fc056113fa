import { describe, expect, it } from 'vitest';
import { checked, type Health, isFull, NEW_EDGE } from './health.js';
import { DEFAULT_ROUTER } from './router.js';

const config = DEFAULT_ROUTER;
const after = (health: Health, ...oks: readonly boolean[]) =>
  oks.reduce((one, ok) => checked(one, ok, config), health);
const DOWN: Health = { status: 'down', streak: 0 };

describe('an edge', () => {
  it('is down after three failures in a row, and not before', () => {
    expect(after(NEW_EDGE, false, false).status).toBe('up');
    expect(after(NEW_EDGE, false, false, false)).toEqual(DOWN);
    expect(after(NEW_EDGE, false, false, true, false, false).status).toBe('up');
  });

  it('is up after two good checks in a row, and not before', () => {
    expect(after(DOWN, true).status).toBe('down');
    expect(after(DOWN, true, true)).toEqual(NEW_EDGE);
    expect(after(DOWN, true, false, true, false).status).toBe('down');
  });

  it('stays as it is while checks agree', () => {
    expect(after(NEW_EDGE, true, true)).toBe(NEW_EDGE);
    expect(after(DOWN, false, false)).toBe(DOWN);
  });

  it('is full from one load on, and has room under a lower one', () => {
    const loads = [0.5, 0.89, 0.9, 0.8, 0.75, 0.74, 0.89];
    let full = false;
    const told = loads.map((load) => {
      full = isFull(full, load, config);
      return full;
    });
    expect(told).toEqual([false, false, true, true, true, false, false]);
  });
});
