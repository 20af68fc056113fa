import { expect, it } from 'vitest';
import { rendezvous } from './rendezvous.js';

const EDGES = Array.from({ length: 8 }, (_, i) => `edge-${i}`);
const TITLES = Array.from({ length: 4000 }, (_, i) => `/hls/title-${i}/`);

it('gives a title the same order whatever the order of the list', () => {
  for (const title of TITLES.slice(0, 50)) {
    const order = rendezvous(title, EDGES);
    expect(rendezvous(title, [...EDGES].reverse())).toEqual(order);
    expect([...order].sort()).toEqual(EDGES);
  }
});

it('gives each edge its share', () => {
  const counts = new Map<string, number>();
  for (const title of TITLES) {
    const [first = ''] = rendezvous(title, EDGES);
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  const even = TITLES.length / EDGES.length;
  for (const edge of EDGES) {
    expect(counts.get(edge)).toBeGreaterThan(even * 0.8);
    expect(counts.get(edge)).toBeLessThan(even * 1.2);
  }
});

it('moves only the titles of an edge that goes, and spreads them', () => {
  const heirs = new Set<string>();
  for (const title of TITLES) {
    const before = rendezvous(title, EDGES);
    const after = rendezvous(
      title,
      EDGES.filter((edge) => edge !== 'edge-3'),
    );
    expect(after).toEqual(before.filter((edge) => edge !== 'edge-3'));
    if (before[0] === 'edge-3') heirs.add(after[0] ?? '');
  }
  expect(heirs.size).toBe(EDGES.length - 1);
});
