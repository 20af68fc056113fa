/** Telling who holds what: those who lack say so, those who can help answer, the rest is silence (HAV). */
import { hasBit, makeBits, rangesOf, setBit } from '../scheduler/index.js';
import { type PartKey, partId } from '../units/index.js';
import type { Have, HeldRun, Holdings } from '../wire/index.js';
import { type Knowledge, knowledgeOf, type Link, learnBits } from './link.js';
import { isHeld, type Part } from './part.js';
import { configOf, isDue, openLinks, type State, send } from './state.js';
import { isSegmentHeld } from './timeline.js';

export function onHave(s: State, link: Link, have: Have): void {
  const id = partId(have.key);
  const part = s.parts.get(id);
  if (part?.sealed && part.pieces.length !== have.pieces) return;
  const known = knowledgeOf(link, id, have.pieces);
  known.saidAt = s.now;
  link.owesAt = undefined;
  learnBits(link, id, known, have.bits);
  if (!part?.sealed) askRecord(s, link, have.key, known);
  else known.knows = true;
}

/** TRL3: without a tracker, a neighbour that speaks of an unknown part is asked for its record. */
function askRecord(s: State, link: Link, key: PartKey, known: Knowledge): void {
  if (s.session.phase === 'joined' || known.knows || !s.followed.has(key.rendition)) return;
  known.knows = true;
  send(s, link.peer, { type: 'record-ask', key });
}

/** HAV1: a part that repair may work on is told to every neighbour, when it changed and not too often. */
export function tellLack(s: State, part: Part): void {
  const held = part.pieces.length - part.missing;
  for (const link of openLinks(s)) {
    const known = knowledgeOf(link, part.id, part.pieces.length);
    if (known.told !== held) tellTo(s, link, part, known);
  }
}

/** HAV2: who said that it lacks what we hold is told so at once, then at intervals while that grows. */
export function answerLacks(s: State): void {
  if (!s.uploads.on) return;
  for (const link of openLinks(s)) {
    for (const id of link.lacking) {
      const part = s.parts.get(id);
      const known = link.parts.get(id);
      if (!known || known.pieces !== part?.pieces.length) continue;
      const held = part.pieces.length - part.missing;
      if (known.told !== held && offers(part, known)) tellTo(s, link, part, known);
    }
  }
}

/** Whether we hold something that it lacks. */
function offers(part: Part, known: Knowledge): boolean {
  return part.pieces.some((piece, i) => piece.phase === 'held' && !hasBit(known.bits, i));
}

function tellTo(s: State, link: Link, part: Part, known: Knowledge): void {
  const { haveMs } = configOf(s, part).repair;
  const wait = known.told < 0 || part.missing === 0 ? 0 : haveMs;
  if (!isDue(s, known.toldAt + wait, 'have')) return;
  known.told = part.pieces.length - part.missing;
  known.toldAt = s.now;
  const bits = part.missing === 0 ? 'all' : bitsOf(part);
  send(s, link.peer, { type: 'have', key: part.key, pieces: part.pieces.length, bits });
}

function bitsOf(part: Part): Uint8Array {
  const bits = makeBits(part.pieces.length);
  part.pieces.forEach((_, index) => void (isHeld(part, index) && setBit(bits, index)));
  return bits;
}

/** HAV3: whole parts held, told when a link opens, and on change in video on demand. */
export function tellHoldings(s: State, links: readonly Link[], live: boolean): void {
  for (const followed of s.followed.values()) {
    if (followed.live && !live) continue;
    const { rendition, head } = followed;
    const runs = runsOf(s, rendition);
    if (followed.live && runs.length === 0) continue;
    const playhead = head?.sequence ?? 0;
    for (const { peer } of links) send(s, peer, { type: 'holdings', rendition, playhead, runs });
  }
}

export function onHoldings(s: State, link: Link, { rendition, playhead, runs }: Holdings): void {
  if (!s.followed.has(rendition)) return;
  link.holdings.set(rendition, runs);
  link.playheads.set(rendition, playhead);
}

export function refreshHoldings(s: State): void {
  if (!s.holdingsDirty || openLinks(s).length === 0) return;
  if (!isDue(s, s.holdingsAt + s.config.repair.holdingsMs, 'have')) return;
  s.holdingsDirty = false;
  s.holdingsAt = s.now;
  tellHoldings(s, openLinks(s), false);
}

function runsOf(s: State, rendition: number): HeldRun[] {
  const sequences: number[] = [];
  for (const part of s.parts.values()) {
    const { key } = part;
    if (key.rendition !== rendition || key.part > 0) continue;
    if (isSegmentHeld(s, rendition, key.sequence)) sequences.push(key.sequence);
  }
  sequences.sort((a, b) => a - b);
  const runs = rangesOf(sequences, 0).slice(-RUNS_MAX);
  return runs.map(({ from, to }) => ({ from, count: to - from }));
}

const RUNS_MAX = 64;
