/** How long before a segment is needed the edge is asked for it. */
import type { Ms } from '../units/index.js';

export interface DeadlineConfig {
  /** Added to the expected fetch time. Larger: fewer stalls, more bytes from the edge. */
  readonly marginMs: Ms;
  /** Least lead. A player stops with most of a second buffered, so under a second is too late. */
  readonly leadMsMin: Ms;
  /** Most lead: without a cap a slow edge would pull everybody onto itself. */
  readonly leadMsMax: Ms;
  /** How much later the second half is asked for, of an edge that brings it within that time. */
  readonly stepMs: Ms;
}

export const DEFAULT_DEADLINE: DeadlineConfig = {
  marginMs: 1_000,
  leadMsMin: 1_200,
  leadMsMax: 1_800,
  stepMs: 500,
};

/** DDL2: expected fetch time plus margin, both capped together. */
export function leadMs(fetchMs: Ms, config: DeadlineConfig = DEFAULT_DEADLINE): Ms {
  return Math.min(config.leadMsMax, Math.max(config.leadMsMin, fetchMs + config.marginMs));
}
