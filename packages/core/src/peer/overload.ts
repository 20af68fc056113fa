/** How late this machine is itself: peers cost work, and who cannot keep up plays from the edge (OVL). */
import type { Ms } from '../units/index.js';
import type { State } from './state.js';

/** OVL1: it was so late to tell where the player is. */
export function learnLag({ overload, config, now, random }: State, lateMs: Ms): void {
  overload.reports++;
  const weight = Math.max(WEIGHT, 1 / overload.reports);
  overload.lagMs += (Math.min(lateMs, LATE_MS_MAX) - overload.lagMs) * weight;
  if (overload.lagMs < config.overload.lagMs) overload.leaveAt = undefined;
  else overload.leaveAt ??= now + config.overload.holdMs * (1 + 2 * random.next());
}

/** OVL3: who is late itself makes no new links, and calls nobody silent. */
export function isOverloaded({ overload }: State): boolean {
  return overload.leaveAt !== undefined;
}

/** A machine that slept, or was stopped once, is not late for it. */
const LATE_MS_MAX = 1_000;
/** About three seconds of four reports. */
const WEIGHT = 0.08;
