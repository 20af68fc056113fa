import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openReception } from '../edge/reception.js';
import { createLog } from './log.js';
import { createMeters } from './meters.js';

const BOARD = new URL('../../../../deploy/grafana/shoal-edges.json', import.meta.url);
/** Gauges that the role of an edge adds itself. */
const OF_ROLE = ['shoal_cache_bytes', 'shoal_cache_objects', 'shoal_process_resident_bytes'];

it('shows metrics that there are', async () => {
  const meters = createMeters();
  const now = () => 0;
  await openReception({}, { log: createLog('silent'), meters, now, wall: now }).close();
  const there = new Set(
    [...OF_ROLE, ...(await meters.text()).matchAll(/^# TYPE (\S+)/gm)].map(nameOf),
  );
  const board = await readFile(BOARD, 'utf8');
  const shown = new Set([...board.matchAll(/\bshoal_\w+/g)].map(nameOf));
  expect(shown.size).toBeGreaterThan(10);
  expect([...shown].filter((name) => !there.has(name))).toEqual([]);
});

function nameOf(found: string | RegExpMatchArray): string {
  const name = typeof found === 'string' ? found : (found[1] ?? found[0]);
  return name.replace(/_bucket$/, '');
}
