/** The text of one signal between two peers: a description, candidates, or both, a line each. */
import { CANDIDATES_MAX, type Candidate, decodeCandidate, encodeCandidate } from './candidate.js';
import { type Description, decodeDescription, encodeDescription } from './description.js';

export interface Signal {
  readonly description: Description | undefined;
  readonly candidates: readonly Candidate[];
}

/**
 * Characters of a signal at most: the tracker refuses more than 4 KiB, and all of these are ASCII.
 */
export const SIGNAL_MAX = 4096;

export function encodeSignal(signal: Signal): string {
  const head = signal.description === undefined ? [] : [encodeDescription(signal.description)];
  return [...head, ...signal.candidates.map(encodeCandidate)].join('\n');
}

/** `undefined`: not a signal. Hostile text ends here. */
export function decodeSignal(text: string): Signal | undefined {
  if (text.length === 0 || text.length > SIGNAL_MAX) return undefined;
  const lines = text.split('\n');
  const description = decodeDescription(lines[0] ?? '');
  const rest = description ? lines.slice(1) : lines;
  if (rest.length > CANDIDATES_MAX) return undefined;
  const candidates = rest.map(decodeCandidate);
  if (candidates.includes(undefined)) return undefined;
  return { description, candidates: candidates as Candidate[] };
}
