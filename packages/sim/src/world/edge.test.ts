/** The edge answers as an HTTP server would, well or ill. */

import { createRandom } from '@shoal/core/units';
import { describe, expect, it } from 'vitest';
import { createAgenda } from '../agenda.js';
import { createAccess } from '../network/access.js';
import { Paths } from '../network/paths.js';
import { Edge, type EdgeMode } from './edge.js';
import { createMedia } from './media.js';

const at = (sequence: number) => ({ rendition: 0, sequence });

function world(rate = 1e9) {
  const agenda = createAgenda();
  const media = createMedia({ live: true, bitrates: [600_000], segmentMs: 2_000, segments: 6 });
  const edge = new Edge(
    agenda,
    media,
    new Paths(agenda, createRandom(1), { regionsMs: 0, networksMs: 0 }),
    { rate, delayMs: 5 },
  );
  const access = createAccess(agenda, { up: 1e6, down: 1e9, delayMs: 5 });
  const get = (sequence: number, from = 0, to?: number) => {
    const seen: { bytes: number[]; end: [boolean, number, number] | undefined } = {
      bytes: [],
      end: undefined,
    };
    const stop = edge.get(
      access,
      { client: 'a', silenceMs: 6_000, segment: at(sequence), from, to },
      {
        bytes: (total) => seen.bytes.push(total),
        ended: (done, total, status) => {
          seen.end = [done, total, status];
        },
      },
    );
    return Object.assign(seen, { stop });
  };
  return { agenda, media, edge, access, get };
}

describe('the edge', () => {
  it('streams what exists, whole or in part', () => {
    const { agenda, media, get } = world();
    const [whole, part, none] = [get(90), get(90, 16_384, 20_000), get(100)];
    agenda.runUntil(1_000);
    expect(whole.end).toEqual([true, media.sizeOf(at(90)), 200]);
    expect(whole.bytes.length).toBeGreaterThan(5);
    expect(part.end).toEqual([true, 20_000 - 16_384, 200]);
    expect(none.end).toEqual([false, 0, 404]);
    agenda.runUntil(2_001);
    const later = get(100);
    agenda.runUntil(3_000);
    expect(later.end?.[0]).toBe(true);
  });

  it.each<[EdgeMode, boolean, number]>([
    [500, false, 0],
    ['cut', false, 0],
    ['hang', false, 5_900],
  ])('is ill in the way of %s', (mode, done, after) => {
    const { agenda, edge, get } = world();
    edge.mode = mode;
    const seen = get(90);
    agenda.runUntil(after);
    if (after > 0) expect(seen.end).toBeUndefined();
    agenda.runUntil(after + 1_000);
    expect(seen.end?.[0]).toBe(done);
  });

  it('shares its egress and counts what left, also for those who hung up', () => {
    const { agenda, media, edge, get } = world(600_000);
    const [a, b] = [get(90), get(91)];
    agenda.runUntil(1_000);
    expect(Math.abs((a.bytes.at(-1) ?? 0) - (b.bytes.at(-1) ?? 0))).toBeLessThan(20_000);
    a.stop();
    agenda.runUntil(10_000);
    const left = edge.sent.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(left).toBeGreaterThan(media.sizeOf(at(91)));
    expect(left).toBeLessThan(media.sizeOf(at(90)) + media.sizeOf(at(91)));
    expect(a.end).toBeUndefined();
  });

  it('gives records of what is listed, and playlists', () => {
    const { agenda, edge, access } = world();
    const got: unknown[] = [];
    edge.records(access, at(97), (list) => got.push(list.map(({ record }) => record.sequence)));
    edge.playlist(access, (listed) => got.push(listed?.length));
    agenda.runUntil(100);
    expect(got).toEqual(expect.arrayContaining([[97, 98, 99], 6]));
  });
});
