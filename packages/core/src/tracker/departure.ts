/**
 * How a member goes: its socket is lost, it says goodbye, or its stream ends. Rules TRK44 to TRK46.
 */
import type { Ms } from '../units/index.js';
import { dropMember, forget, hangUp, refuse } from './admission.js';
import { unfollow } from './clusters.js';
import { forgetComplaints } from './complaints.js';
import { unlinkAll } from './linking.js';
import type { Connection, Member, Stream, TrackerState } from './state.js';

/** The socket is gone: neighbours are told at once, the id waits for its owner. */
export function lostConnection(state: TrackerState, now: Ms, connection: Connection): void {
  const { member } = connection;
  forget(state, connection);
  if (member === undefined) return;
  detach(state, now, member);
  member.lostAt = now;
  state.lost.add(member);
}

/** A clean end: the id is free. */
export function leave(state: TrackerState, now: Ms, connection: Connection): void {
  const { member } = connection;
  hangUp(state, connection, 'left');
  if (member !== undefined) remove(state, now, member);
}

/** The connection broke a rule; its member may come back within its grace. */
export function expel(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  why: 'violation' | 'limit',
): void {
  const { member } = connection;
  if (why === 'limit') refuse(state, connection, 'limit', EXPELLED_MS);
  else hangUp(state, connection, why);
  if (member === undefined) return;
  detach(state, now, member);
  member.lostAt = now;
  state.lost.add(member);
}

/** Everybody of the stream is refused: their epoch is over. */
export function endStream(state: TrackerState, now: Ms, stream: Stream): void {
  for (const member of [...stream.members.values()]) {
    const connection =
      member.connection === undefined ? undefined : state.connections.get(member.connection);
    if (connection !== undefined) refuse(state, connection, 'stream', EXPELLED_MS);
    remove(state, now, member);
  }
  state.streams.delete(stream.id);
}

function remove(state: TrackerState, now: Ms, member: Member): void {
  detach(state, now, member);
  dropMember(state, member);
}

function detach(state: TrackerState, now: Ms, member: Member): void {
  if (member.connection !== undefined) member.stream.totals.leaves += 1;
  member.connection = undefined;
  unlinkAll(state, now, member, false);
  for (const rendition of [...member.follows.keys()]) unfollow(state, now, member, rendition);
  forgetComplaints(member.stream, member);
  state.restless.set(member, Number.POSITIVE_INFINITY);
}

const EXPELLED_MS = 10_000;
