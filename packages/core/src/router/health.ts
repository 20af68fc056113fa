/** Whether an edge is to be sent viewers: what checks and its own reports say, with hysteresis. */
import type { Ms } from '../units/index.js';

/** What is believed of one edge; `streak` counts checks in a row that speak against it. */
export type Health =
  | { readonly status: 'up'; readonly streak: number }
  | { readonly status: 'down'; readonly streak: number };

export interface HealthConfig {
  /** Failed checks in a row until an edge is down: few find it soon, many forgive a lost packet. */
  readonly failuresToDown: number;
  /** Good checks in a row until it is up again: one that flaps stays away. */
  readonly successesToUp: number;
  /** How often each edge is checked. */
  readonly checkMs: Ms;
  /** Share of its capacity from which on an edge is sent nobody new. */
  readonly fullAt: number;
  /** Share of its capacity under which it is sent viewers again. */
  readonly roomAt: number;
  /** How long a report of load counts; an edge that is silent for longer counts as empty. */
  readonly loadMsMax: Ms;
}

/** An edge that has just been named is believed, so that a new router serves at once. */
export const NEW_EDGE: Health = { status: 'up', streak: 0 };

/** up -> down, down -> up: after enough checks in a row; one that agrees ends the streak. */
export function checked(health: Health, ok: boolean, config: HealthConfig): Health {
  const agrees = (health.status === 'up') === ok;
  if (agrees) return health.streak === 0 ? health : { ...health, streak: 0 };
  const streak = health.streak + 1;
  const needed = health.status === 'up' ? config.failuresToDown : config.successesToUp;
  if (streak < needed) return { ...health, streak };
  return { status: health.status === 'up' ? 'down' : 'up', streak: 0 };
}

/** Whether an edge is full, given whether it was. */
export function isFull(was: boolean, load: number, { fullAt, roomAt }: HealthConfig): boolean {
  return was ? load >= roomAt : load >= fullAt;
}
