/**
 * The tracker machine: one `step` that hands each input to the file that owns its rules.
 * `spec/tracker.md`.
 */
import { createRandom, type Machine, type Ms } from '../units/index.js';
import { hex, type ToTracker } from '../wire/index.js';
import { admit, expireAdmissions, nextExpiry, openConnection } from './admission.js';
import { announce, announceDue, hasNews } from './announcing.js';
import { answerClaim } from './claims.js';
import { enterDue, follow } from './clusters.js';
import { hear } from './complaints.js';
import { DEFAULT_TRACKER, type TrackerConfig } from './config.js';
import type { TrackerInput, TrackerOutput, TrackerSnapshot, TrackerWhy } from './contract.js';
import { endStream, expel, leave, lostConnection } from './departure.js';
import { introduceDue } from './introductions.js';
import { reportLinks } from './linking.js';
import { nextPlan, planSome, planSoonAround } from './planning.js';
import { relay } from './relay.js';
import { snapshot } from './snapshot.js';
import { type Connection, type Member, newQueues, newStream, type TrackerState } from './state.js';
import { takeStats } from './statistics.js';
import { fullBucket, takeToken } from './token-bucket.js';

export interface TrackerStart {
  readonly seed: number;
  readonly now: Ms;
  readonly config?: TrackerConfig;
}

/** `now` of later steps is measured on the same clock as the one given here. */
export function createTracker(
  start: TrackerStart,
): Machine<TrackerInput, TrackerOutput, TrackerWhy> & { snapshot(): TrackerSnapshot } {
  const state = newState(start);
  let latest = start.now;
  return {
    step(now, input) {
      latest = now;
      take(state, now, input);
      announceDue(state);
      enterDue(state, now);
      introduceDue(state, now);
      if (input.type === 'wake') planSome(state, now);
      const { out } = state;
      state.out = [];
      return out;
    },
    wake: () => nextWake(state, latest),
    snapshot: () => snapshot(state, latest),
  };
}

function take(state: TrackerState, now: Ms, input: TrackerInput): void {
  switch (input.type) {
    case 'wake':
      expireAdmissions(state, now);
      break;
    case 'opened':
      openConnection(state, now, input);
      break;
    case 'stream':
      serve(state, now, input.streamId, input.epoch);
      break;
    case 'stream-ended': {
      const stream = state.streams.get(hex(input.streamId));
      if (stream !== undefined) endStream(state, now, stream);
      break;
    }
    case 'record':
      announce(state, input.sealed);
      break;
    case 'message':
    case 'violation':
    case 'closed': {
      const connection = state.connections.get(input.connection);
      if (connection !== undefined) takeFrom(state, now, connection, input);
    }
  }
}

function takeFrom(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  input: Extract<TrackerInput, { type: 'message' | 'violation' | 'closed' }>,
): void {
  if (input.type === 'closed') lostConnection(state, now, connection);
  else if (input.type === 'violation') expel(state, now, connection, 'violation');
  else takeMessage(state, now, connection, input.message, input.proven === true);
}

/** A new stream, or a new epoch of one: those of the old epoch are refused. */
function serve(state: TrackerState, now: Ms, streamId: Uint8Array, epoch: number): void {
  const former = state.streams.get(hex(streamId));
  if (former?.epoch === epoch) return;
  if (former !== undefined) endStream(state, now, former);
  const stream = newStream(streamId, epoch);
  state.streams.set(stream.id, stream);
}

/** A stranger may only join, a member anything but join; each kind at its rate. */
function takeMessage(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  message: ToTracker,
  proven: boolean,
): void {
  const rate = state.config.admission.messages[message.type];
  const bucket = connection.buckets.get(message.type) ?? fullBucket(now, rate);
  connection.buckets.set(message.type, bucket);
  const { member } = connection;
  if (!takeToken(now, bucket, rate)) expel(state, now, connection, 'limit');
  else if (member !== undefined) takeOfMember(state, now, connection, member, message);
  else if (message.type === 'join') admit(state, now, connection, message, proven);
  else expel(state, now, connection, 'violation');
}

function takeOfMember(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  member: Member,
  message: ToTracker,
): void {
  switch (message.type) {
    case 'join':
      expel(state, now, connection, 'violation');
      break;
    case 'follow':
      follow(state, now, member, message);
      break;
    case 'links':
      reportLinks(state, now, member, message);
      break;
    case 'stats':
      takeStats(member, message);
      break;
    case 'claim':
      answerClaim(state, now, member, message);
      break;
    case 'complaint':
      hear(state, now, member, message);
      break;
    case 'signal':
      if (!relay(state, member, message)) expel(state, now, connection, 'violation');
      break;
    case 'uploads':
      member.uploads = message.on;
      if (message.rate > 0) member.uplink = message.rate;
      planSoonAround(state, member, now, !message.on);
      break;
    case 'leave':
      leave(state, now, connection);
  }
}

function nextWake(state: TrackerState, now: Ms): { at: Ms; why: TrackerWhy } | undefined {
  let [at, why]: [Ms, TrackerWhy] = [nextPlan(state, now), 'plan'];
  const orAt = (other: Ms, because: TrackerWhy): void => {
    if (other < at) [at, why] = [other, because];
  };
  orAt(state.restless.next(), 'introduce');
  orAt(state.entries.next(), 'enter');
  if (hasNews(state)) orAt(now, 'news');
  orAt(nextExpiry(state), 'expire');
  return Number.isFinite(at) ? { at, why } : undefined;
}

function newState({ seed, now, config = DEFAULT_TRACKER }: TrackerStart): TrackerState {
  return {
    config,
    random: createRandom(seed),
    startedAt: now,
    out: [],
    connections: new Map(),
    strangers: new Set(),
    lost: new Set(),
    streams: new Map(),
    members: new Map(),
    perNetwork: new Map(),
    joins: fullBucket(now, config.admission.joins),
    joinsPerNetwork: new Map(),
    hasHeardOfStrangers: false,
    sweptAt: now,
    ...newQueues(),
    banned: new Map(),
    networkBans: new Map(),
    refused: new Map(),
    clustersMade: 0,
    planning: undefined,
  };
}
