/** Figures while no engine runs: what hls.js or another player loaded by itself still counts. */
import type { Bytes } from '@shoal/core/units';
import { createCounters } from './counters.js';
import type { EngineStats, HttpWhy } from './stats.js';
import { SENTENCES } from './why.js';

export interface Idle {
  countHttp(why: HttpWhy, bytes: Bytes): void;
  stats(): EngineStats;
}

export function createIdle(): Idle {
  const counters = createCounters();
  return {
    countHttp: counters.http,
    stats: () => ({
      ...counters.read(),
      peers: 0,
      lagMs: 0,
      self: undefined,
      tracker: { up: false, refused: undefined },
      why: { code: 'no-tag', text: SENTENCES['no-tag'] },
    }),
  };
}
