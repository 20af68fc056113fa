/** Who fetches what nobody near holds: one owner a segment, for a while. Rules TRK33 to TRK36. */
import type { Ms, PeerId } from '../units/index.js';
import type { Claim } from '../wire/index.js';
import {
  isConnected,
  type Member,
  type RenditionState,
  renditionOf,
  send,
  type TrackerState,
} from './state.js';

/**
 * Answers who owns each of the claimed segments; one left out has no owner yet and may be claimed
 * again.
 */
export function answerClaim(state: TrackerState, now: Ms, member: Member, message: Claim): void {
  if (!member.follows.has(message.rendition)) return;
  const rendition = renditionOf(member.stream, message.rendition);
  forgetOld(state, now, rendition);
  member.stream.totals.claims += 1;
  const owners: { sequence: number; peer: PeerId }[] = [];
  let owned = 0;
  for (const { owner, at } of rendition.claims.values()) {
    if (owner === member.peer && now - at < state.config.claims.heldMs) owned += 1;
  }
  for (const sequence of message.sequences) {
    const claim = rendition.claims.get(sequence);
    if (claim !== undefined && holds(state, now, claim, member)) {
      owners.push({ sequence, peer: claim.owner });
    } else if (owned < state.config.claims.ownedMax) {
      if (claim === undefined && rendition.claims.size >= state.config.claims.claimsMax) continue;
      rendition.claims.set(sequence, { owner: member.peer, at: now });
      owners.push({ sequence, peer: member.peer });
      owned += 1;
    }
  }
  if (owners.length > 0) {
    send(state, member, { type: 'claimed', rendition: message.rendition, owners });
  }
}

/** Whether the owner still stands against this claimant: connected, playing it, and in its time. */
function holds(
  state: TrackerState,
  now: Ms,
  claim: { readonly owner: PeerId; readonly at: Ms },
  claimant: Member,
): boolean {
  const owner = claimant.stream.members.get(claim.owner);
  if (owner === undefined || !isConnected(owner)) return false;
  const isNear = owner === claimant || claimant.pairs.get(owner.peer)?.status === 'open';
  const { heldMs, heldFarMs } = state.config.claims;
  return now - claim.at < (isNear ? heldMs : heldFarMs);
}

function forgetOld(state: TrackerState, now: Ms, rendition: RenditionState): void {
  for (const [sequence, { at }] of rendition.claims) {
    if (now - at >= state.config.claims.heldFarMs) rendition.claims.delete(sequence);
  }
}
