/** Who is let in, under which id, and who is shown out. Rules TRK1 to TRK9 of `spec/tracker.md`. */
import { invariant } from '../errors/index.js';
import { type Ms, PeerId } from '../units/index.js';
import { agreeVersion, hex, type Join, type Refused, WIRE_VERSIONS } from '../wire/index.js';
import type { TrackerInput } from './contract.js';
import { forgetTold } from './planning.js';
import {
  type Connection,
  type Member,
  type Stream,
  send,
  streamOf,
  type TrackerState,
} from './state.js';
import { fullBucket, type Rate, takeToken } from './token-bucket.js';

/** A socket waits for its `join`; one too many is closed at once. */
export function openConnection(
  state: TrackerState,
  now: Ms,
  opened: Extract<TrackerInput, { type: 'opened' }>,
): void {
  const { connection: id, entropy, network, region, asn } = opened;
  const standing = {
    ...(region === undefined ? {} : { region }),
    ...(asn === undefined ? {} : { asn }),
  };
  if (state.strangers.size >= state.config.admission.strangersMax) {
    count(state, 'limit');
    state.out.push({ type: 'close', connection: id, why: 'too many strangers' });
    return;
  }
  const buckets = new Map();
  const connection = { id, entropy, network, standing, openedAt: now, buckets, member: undefined };
  state.connections.set(id, connection);
  state.strangers.add(connection);
}

/** Answers a first `join` with `welcome` or `refused`. */
export function admit(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  join: Join,
  proven: boolean,
): void {
  const stream = streamOf(state, join.streamId);
  const no = objection(state, now, connection, stream, join);
  if (no !== undefined || stream === undefined) {
    refuse(state, connection, no?.why ?? 'stream', no?.retryMs ?? 0);
    return;
  }
  const member =
    resumable(state, stream, join) ?? enrol(state, now, connection, stream, join, proven);
  seat(state, now, connection, member);
  member.uploads = join.uploads;
  if (join.uplink > 0) member.uplink = join.uplink;
  stream.totals.joins += 1;
  send(state, member, {
    type: 'welcome',
    version: agreeVersion(WIRE_VERSIONS, join) ?? WIRE_VERSIONS.version,
    peer: member.peer,
    secret: member.secret,
    linksMax: state.config.introductions.linksMax + state.config.introductions.hubLinks,
    statsMs: statsMsOf(state),
  });
}

/** With many peers each reports less often, so that all together stay within the limit. */
function statsMsOf({ config, members }: TrackerState): Ms {
  const { statsMs, statsPerSec } = config.admission;
  return Math.max(statsMs, Math.round((1000 * members.size) / statsPerSec));
}

/** Ends a connection with a reason; its member, if any, keeps its grace. */
export function refuse(
  state: TrackerState,
  connection: Connection,
  why: Refused['why'],
  retryMs: Ms,
): void {
  count(state, why);
  state.out.push({
    type: 'send',
    connection: connection.id,
    message: { type: 'refused', why, retryMs: Math.round(retryMs) },
  });
  hangUp(state, connection, `refused: ${why}`);
}

/** Closes a socket and forgets it. What becomes of its member is the caller's affair. */
export function hangUp(state: TrackerState, connection: Connection, why: string): void {
  state.out.push({ type: 'close', connection: connection.id, why });
  forget(state, connection);
}

export function forget(state: TrackerState, connection: Connection): void {
  state.connections.delete(connection.id);
  state.strangers.delete(connection);
}

/** Sockets that never joined, and members whose grace is over. */
export function expireAdmissions(state: TrackerState, now: Ms): void {
  const { joinMs, graceMs } = state.config.admission;
  for (const connection of state.strangers) {
    if (now < connection.openedAt + joinMs) break;
    hangUp(state, connection, 'did not join');
  }
  for (const member of state.lost) {
    if (now < member.lostAt + graceMs) break;
    dropMember(state, member);
  }
  if (now < state.sweptAt + SWEEP_MS) return;
  state.sweptAt = now;
  sweep(state.banned, (until) => until <= now);
  sweep(state.networkBans, ({ until }) => until <= now);
  const idle = state.config.admission.joinsPerNetwork;
  sweep(state.joinsPerNetwork, (bucket) => (now - bucket.at) * idle.perSec >= idle.burst * 1000);
}

export function nextExpiry(state: TrackerState): Ms {
  const { joinMs, graceMs } = state.config.admission;
  const [stranger] = state.strangers;
  const [lost] = state.lost;
  return Math.min(
    stranger === undefined ? Number.POSITIVE_INFINITY : stranger.openedAt + joinMs,
    lost === undefined ? Number.POSITIVE_INFINITY : lost.lostAt + graceMs,
  );
}

/** Forgets a member for good: its id can not be resumed. */
export function dropMember(state: TrackerState, member: Member): void {
  state.lost.delete(member);
  state.members.delete(member.peer);
  member.stream.members.delete(member.peer);
  state.restless.set(member, Number.POSITIVE_INFINITY);
  const left = (state.perNetwork.get(member.network) ?? 1) - 1;
  if (left > 0) state.perNetwork.set(member.network, left);
  else state.perNetwork.delete(member.network);
}

/**
 * Whether the whole tracker sees one network prefix only, as on one machine: then prefixes tell
 * nobody apart.
 */
export function isOneNetwork(state: TrackerState): boolean {
  return state.perNetwork.size <= 1;
}

/** The member that this join resumes: right id, right secret, same stream. */
function resumable(state: TrackerState, stream: Stream, join: Join): Member | undefined {
  if (join.resume === undefined) return undefined;
  const member = state.members.get(join.resume.peer);
  if (member === undefined || member.stream !== stream) return undefined;
  return sameBytes(member.secret, join.resume.secret) ? member : undefined;
}

interface Objection {
  readonly why: Refused['why'];
  readonly retryMs: Ms;
}

/** Why this join is refused, if it is. A session that resumes is under no limit. */
function objection(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  stream: Stream | undefined,
  join: Join,
): Objection | undefined {
  if (agreeVersion(WIRE_VERSIONS, join) === undefined) return { why: 'version', retryMs: 0 };
  if (stream === undefined || stream.epoch !== join.epoch) {
    return { why: 'stream', retryMs: jittered(state, 5_000) };
  }
  if (isBanned(state, now, connection, join)) return { why: 'banned', retryMs: 0 };
  if (resumable(state, stream, join) !== undefined) return undefined;
  return excess(state, now, connection);
}

/** By id; and by network, where others than this one are present. */
function isBanned(state: TrackerState, now: Ms, connection: Connection, join: Join): boolean {
  if (join.resume !== undefined && (state.banned.get(join.resume.peer) ?? 0) > now) return true;
  const struck = state.networkBans.get(connection.network);
  if (struck === undefined || struck.until <= now || isOneNetwork(state)) return false;
  return struck.bans >= state.config.complaints.networkBans;
}

/** The limit that one more member would exceed. */
function excess(state: TrackerState, now: Ms, connection: Connection): Objection | undefined {
  const { admission } = state.config;
  if (state.members.size >= admission.peersMax) {
    return { why: 'full', retryMs: jittered(state, 30_000) };
  }
  if ((state.perNetwork.get(connection.network) ?? 0) >= admission.peersPerNetwork) {
    return { why: 'limit', retryMs: jittered(state, 30_000) };
  }
  const bucket = networkBucket(state, now, connection.network);
  const allowed =
    takeToken(now, bucket, admission.joinsPerNetwork) &&
    takeToken(now, state.joins, admission.joins);
  return allowed ? undefined : { why: 'limit', retryMs: jittered(state, 2_000) };
}

function networkBucket(state: TrackerState, now: Ms, network: string) {
  const rate: Rate = state.config.admission.joinsPerNetwork;
  const bucket = state.joinsPerNetwork.get(network) ?? fullBucket(now, rate);
  state.joinsPerNetwork.set(network, bucket);
  return bucket;
}

/** A new member; under its former id and secret when the world vouches for them. */
function enrol(
  state: TrackerState,
  now: Ms,
  connection: Connection,
  stream: Stream,
  join: Join,
  proven: boolean,
): Member {
  const former = join.resume;
  const isKept = proven && former !== undefined && !state.members.has(former.peer);
  const peer = isKept ? former.peer : PeerId(hex(connection.entropy.subarray(0, 8)));
  const secret = isKept ? former.secret.slice() : connection.entropy.slice(8, 24);
  invariant(!state.members.has(peer), 'enrol: entropy gave an id that is taken');
  const member: Member = {
    peer,
    secret,
    stream,
    joinedAt: now,
    network: connection.network,
    standing: connection.standing,
    connection: undefined,
    lostAt: now,
    uploads: join.uploads,
    uplink: 0,
    bufferMs: 0,
    sums: { httpBytes: 0, peerBytes: 0, uploadedBytes: 0, stallMs: 0 },
    follows: new Map(),
    reported: new Map(),
    linkedAt: undefined,
    pairs: new Map(),
    counts: { pending: 0, open: 0 },
    introduceAt: now,
    vain: 0,
    introduced: 0,
    planVersion: 0,
    accused: new Map(),
    doubted: new Map(),
    demotedUntil: 0,
    demotions: 0,
    avoids: new Map(),
  };
  state.members.set(peer, member);
  stream.members.set(peer, member);
  state.perNetwork.set(member.network, (state.perNetwork.get(member.network) ?? 0) + 1);
  return member;
}

/**
 * The connection now speaks for the member; a former socket of the same id is closed, its links
 * stay.
 */
function seat(state: TrackerState, now: Ms, connection: Connection, member: Member): void {
  const former = member.connection;
  const replaced = former === undefined ? undefined : state.connections.get(former);
  if (replaced !== undefined) {
    replaced.member = undefined;
    hangUp(state, replaced, 'replaced');
  }
  forgetTold(state, now, member);
  state.strangers.delete(connection);
  state.lost.delete(member);
  connection.member = member;
  member.connection = connection.id;
}

function jittered(state: TrackerState, aroundMs: Ms): Ms {
  return aroundMs * (0.75 + state.random.next() / 2);
}

function count(state: TrackerState, why: string): void {
  state.refused.set(why, (state.refused.get(why) ?? 0) + 1);
}

/** Sweeping costs as much as there are networks. */
const SWEEP_MS = 5_000;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let differing = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) differing |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return differing === 0;
}

function sweep<K, V>(map: Map<K, V>, over: (value: V) => boolean): void {
  for (const [key, value] of map) if (over(value)) map.delete(key);
}
