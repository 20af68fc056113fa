/** Event shapes, counters, and folds from one to the other. */
export { type Counters, count, createCounters } from './counters.js';
export type { Accusation, FetchWhy, PeerEvent } from './events.js';
export { type Why, type WhyCode, whyText } from './why.js';
