/** The limit of what peers can carry. */
import { describe, expect, it } from 'vitest';
import { type Audience, offloadLimit, treeSize } from './limit.js';

const RICH: Audience = {
  viewers: 200,
  bitrate: 5_000_000,
  joined: 1,
  uploading: 1,
  uplink: 50_000_000,
};

describe('offloadLimit', () => {
  it('is one copy less than the audience in a small swarm', () => {
    expect(offloadLimit({ ...RICH, viewers: 8 })).toMatchObject({ offload: 0.875, by: 'copies' });
    expect(offloadLimit({ ...RICH, viewers: 2 }).offload).toBe(0.5);
  });

  it('is nothing for a lone viewer, and never less', () => {
    expect(offloadLimit({ ...RICH, viewers: 1 }).offload).toBe(0);
    expect(offloadLimit({ ...RICH, viewers: 1, joined: 0.5 }).offload).toBe(0);
  });

  it('is what the trees reach in a large one', () => {
    const { offload, by } = offloadLimit({ ...RICH, viewers: 1_000_000 });
    expect(by).toBe('tree');
    expect(offload).toBeCloseTo(1 - 2 / (3 ** 5 - 1), 10);
    const flat = offloadLimit({ ...RICH, viewers: 1_000_000 }, { children: 3, hops: 1 });
    expect(flat.offload).toBeCloseTo(3 / 4, 10);
  });

  it('is nine tenths of the uplink where uplinks are short', () => {
    const thin = offloadLimit({ ...RICH, uploading: 0.3, uplink: 10_000_000 });
    expect(thin).toMatchObject({ offload: expect.closeTo(0.54, 10), by: 'uplink' });
    const helped = offloadLimit({ ...RICH, uploading: 0, homeUplink: 200_000_000 });
    expect(helped.uplink).toBeCloseTo(0.18, 10);
  });

  it('leaves to the edge whoever has not joined, and a copy for those who have', () => {
    const half = offloadLimit({ ...RICH, viewers: 10, joined: 0.5, uploading: 0.5 });
    expect(half).toMatchObject({ joined: 0.5, by: 'copies' });
    expect(half.offload).toBeCloseTo(0.4, 10);
    expect(offloadLimit({ ...RICH, joined: 0 }).offload).toBe(0);
  });

  it('never rises when an input gets worse', () => {
    const best = offloadLimit(RICH).offload;
    const worse: Partial<Audience>[] = [
      { viewers: 20 },
      { joined: 0.8 },
      { uploading: 0.05 },
      { uplink: 1_000_000 },
      { bitrate: 80_000_000 },
    ];
    for (const part of worse) expect(offloadLimit({ ...RICH, ...part }).offload).toBeLessThan(best);
  });
});

it('counts a full tree', () => {
  expect(treeSize({ children: 3, hops: 4 })).toBe(121);
  expect(treeSize({ children: 1, hops: 4 })).toBe(5);
  expect(treeSize({ children: 3, hops: 0 })).toBe(1);
});
