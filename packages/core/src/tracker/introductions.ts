/**
 * When members are introduced: few at once, each pair rarely again when it fails. Rules TRK24 to
 * TRK29; whom they meet is decided in `partners.ts`.
 */
import type { Ms } from '../units/index.js';
import { backoff, pairUp, turnPair } from './linking.js';
import { CIRCLE_MS, choosePartner, circleOf, hungerOf, isContent } from './partners.js';
import {
  type Circle,
  isConnected,
  type Member,
  type Pair,
  send,
  type TrackerState,
  unrest,
} from './state.js';

/** Looks at every member whose time has come; those with enough links come to rest. */
export function introduceDue(state: TrackerState, now: Ms): void {
  for (let due = state.restless.take(now); due !== undefined; due = state.restless.take(now)) {
    if (isConnected(due)) lookAfter(state, now, due);
  }
}

function lookAfter(state: TrackerState, now: Ms, member: Member): void {
  const overdueAt = failOverdue(state, now, member);
  if (member.introduceAt > now) {
    state.restless.set(member, Math.min(member.introduceAt, overdueAt));
    return;
  }
  const { stepMs } = state.config.introductions;
  const circle = circleOf(state, now, member);
  if (isContent(hungerOf(state, member, circle))) {
    if (member.counts.pending > 0) state.restless.set(member, overdueAt);
    // It may have lost its way to the others since.
    else if (circle.isStale) state.restless.set(member, circle.at + CIRCLE_MS);
  } else if (meetSome(state, now, member, circle)) {
    member.introduceAt = now + stepMs;
    state.restless.set(member, member.introduceAt);
  } else if (member.counts.pending > 0) {
    state.restless.set(member, Math.min(now + stepMs, overdueAt));
  } else rest(state, now, member, circle);
}

/** Introduces as many as it may meet at once; false when there was nobody. */
function meetSome(state: TrackerState, now: Ms, member: Member, circle: Circle): boolean {
  const { atOnce, pendingMax } = state.config.introductions;
  const allowance = Math.max(1, atOnce - member.introduced);
  let met = 0;
  while (met < allowance && member.counts.pending < pendingMax) {
    const partner = choosePartner(state, now, member, circle);
    if (partner === undefined) break;
    introduce(state, now, member, partner);
    met += 1;
  }
  return met > 0;
}

/** Both get to know each other's id; the one on whose behalf it happens makes the offer. */
function introduce(state: TrackerState, now: Ms, member: Member, partner: Member): void {
  pairUp(now, member, partner, 'pending');
  member.introduced += 1;
  member.stream.totals.introductions += 1;
  unrest(state, now, partner);
  send(state, partner, { type: 'introduce', peer: member.peer, offer: false });
  send(state, member, { type: 'introduce', peer: partner.peer, offer: true });
}

/** One sum for the wake-up and for the test: a difference would round differently, and wake for ever. */
function overdue(state: TrackerState, pair: Pair): Ms {
  return pair.since + state.config.introductions.pendingMs;
}

/** pending -> failed; returns when the next one is overdue. */
function failOverdue(state: TrackerState, now: Ms, member: Member): Ms {
  let next = Number.POSITIVE_INFINITY;
  if (member.counts.pending === 0) return next;
  for (const pair of member.pairs.values()) {
    if (pair.status !== 'pending') continue;
    if (now < overdue(state, pair)) next = Math.min(next, overdue(state, pair));
    else {
      turnPair(now, pair, 'failed');
      pair.failures += 1;
      pair.retryAt = now + backoff(state, pair.failures);
    }
  }
  return next;
}

/** Looks again later when it still lacks links that it should have. */
function rest(state: TrackerState, now: Ms, member: Member, circle: Circle): void {
  const { isNeedy, lacksHubs } = hungerOf(state, member, circle);
  if (lacksHubs) state.restless.set(member, now + HUBS_MS);
  if (!isNeedy) return;
  const { waitMs, waitMsMax } = state.config.introductions;
  member.introduceAt = now + Math.min(waitMsMax, waitMs * 2 ** Math.min(16, member.vain));
  member.vain += 1;
  state.restless.set(member, member.introduceAt);
}

/** Who has links enough but no hub looks for one so often. */
const HUBS_MS = 10_000;
