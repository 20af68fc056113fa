/** What a plan measures once, before it looks at any tree: members by slot, and the weight of a stripe. */
import { type BitsPerSec, type Ms, PIECE_BYTES } from '../units/index.js';
import type { Delays, Weights } from './delay.js';
import type { Planner, TypicalPart } from './planner.js';

export function measure(planner: Planner, now: Ms, part: TypicalPart): Delays {
  const { graph, trees, config, groupAt } = planner;
  const slots = groupAt.length;
  const weights = weightsOf(part, config.trees);
  const wide = config.delay.wideFactor * weights.edgeRate * config.trees;
  const linkedMs = new Float64Array(slots);
  const uplink = new Float64Array(slots);
  const stripeMs = new Float64Array(slots);
  for (let slot = 0; slot < graph.members.length; slot++) {
    const member = graph.members[slot];
    if (member === undefined) continue;
    linkedMs[slot] = member.linkedAt === undefined ? 0 : now - member.linkedAt;
    uplink[slot] = member.uplink;
    const rate = member.uplink > 0 ? Math.min(member.uplink, wide) : wide;
    stripeMs[slot] = (weights.stripeBits * 1000) / rate;
  }
  return {
    graph,
    trees,
    groupAt,
    weights,
    config: config.delay,
    linkedMs,
    uplink,
    stripeMs,
    proven: provenAmong(planner, linkedMs),
    at: 0,
    looked: 0,
  };
}

function weightsOf(part: TypicalPart, trees: number): Weights {
  const stripes = Math.max(1, Math.min(part.stripes, trees));
  const bitrate = part.bitrate > 0 ? part.bitrate : BITRATE_ASSUMED;
  const partMs = part.partMs > 0 ? part.partMs : PART_MS_ASSUMED;
  const stripeBits = (bitrate * partMs) / 1000 / stripes;
  const stripePieces = Math.max(1, stripeBits / (8 * PIECE_BYTES));
  return { stripeBits, stripePieces, stripes, edgeRate: (bitrate / trees) as BitsPerSec };
}

/** Who may be interior: those linked long enough. */
function provenAmong({ graph, groups, config }: Planner, linkedMs: Float64Array): Uint8Array {
  const proven = new Uint8Array(linkedMs.length);
  for (const { members } of groups) {
    const able = members.filter((slot) => graph.uploads[slot] === true);
    const enough = enoughAmong(able, linkedMs, config.provenMs);
    for (const slot of able) if ((linkedMs[slot] as number) >= enough) proven[slot] = 1;
  }
  return proven;
}

/** `provenMs`, or half the median age, so that a crowd can start. */
function enoughAmong(able: readonly number[], linkedMs: Float64Array, provenMs: Ms): Ms {
  let old = 0;
  for (const slot of able) if ((linkedMs[slot] as number) >= 2 * provenMs) old += 1;
  // The usual case, without sorting.
  if (2 * old > able.length) return provenMs;
  const ages = Float64Array.from(able, (slot) => linkedMs[slot] as number).sort();
  return Math.min(provenMs, (ages[able.length >> 1] ?? 0) / 2);
}

const BITRATE_ASSUMED = 2_000_000;
const PART_MS_ASSUMED = 2_000;
