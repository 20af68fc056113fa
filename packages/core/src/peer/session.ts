/**
 * The session with the tracker: joined on consent, told of changes, taken up again with patience
 * (SES).
 */
import { backoffMs, bufferLeft } from '../scheduler/index.js';
import { type FromTracker, WIRE_VERSIONS } from '../wire/index.js';
import { closeFor } from './close-link.js';
import type { InputOf } from './contract.js';
import { LIMITS } from './limits.js';
import { introduced, uninvite } from './links.js';
import { isOverloaded } from './overload.js';
import { rate } from './push.js';
import { takeRecord } from './records.js';
import {
  emit,
  isDue,
  openLinks,
  type Session,
  type State,
  sendTracker,
  tell,
  wakeAt,
} from './state.js';
import { onClaimed } from './vod.js';

/** CON1: nothing before consent. CON2: everything ends in the step that takes it back. */
export function onConsent(s: State, { granted }: InputOf<'consent'>): void {
  s.consent = granted;
  if (granted) return;
  leaveSwarm(s, 'consent');
  s.session.retryAt = s.now;
}

/** Ends links, plans and session; `retryAt` is the caller's to set. */
export function leaveSwarm(s: State, why: 'consent' | 'overload'): void {
  closeAll(s, why);
  s.introduced.length = 0;
  s.calls.length = 0;
  for (const followed of s.followed.values()) followed.plan = undefined;
  if (s.session.phase === 'joined') sendTracker(s, { type: 'leave' });
  if (s.session.phase !== 'closed') emit(s, { type: 'tracker-close' });
  end(s);
  s.session.resume = undefined;
}

/** OVL2: after a while of that the swarm is left, each time for longer; without a link it costs nothing. */
export function shedLoad(s: State): void {
  const { overload } = s;
  const { rest } = s.config.overload;
  if (overload.leaveAt === undefined || s.links.size === 0) return;
  if (!isDue(s, overload.leaveAt, 'overload')) return;
  if (s.now > overload.restUntil + rest.mostMs) overload.rests = 0;
  overload.rests++;
  overload.restUntil = s.now + backoffMs(overload.rests, rest, s.random);
  overload.leaveAt = undefined;
  leaveSwarm(s, 'overload');
  s.session.retryAt = overload.restUntil;
}

function closeAll(s: State, why: 'consent' | 'overload' | 'left'): void {
  for (const peer of [...s.links.keys()]) closeFor(s, peer, why);
}

/** any -> closed */
function end(s: State, refused?: Session['refused']): void {
  if (s.session.phase === 'joined' || refused) {
    tell(s, { type: 'tracker-changed', up: false, refused });
  }
  s.session.phase = 'closed';
  s.session.refused = refused;
}

export function onTrackerUp(s: State): void {
  if (s.session.phase !== 'opening') return;
  s.session.phase = 'joining';
  s.session.followed = '';
  const { streamId, epoch } = s.start;
  sendTracker(s, {
    type: 'join',
    ...WIRE_VERSIONS,
    streamId,
    epoch,
    resume: s.session.resume,
    uploads: s.uploads.on,
    uplink: 0,
    token: s.config.session.token,
  });
}

/** TRL1: links and plans stay; the tracker is tried again with jittered backoff. */
export function onTrackerDown(s: State): void {
  const { session } = s;
  if (session.phase === 'closed') return;
  end(s);
  session.failures++;
  const wait = backoffMs(session.failures, s.config.session.rejoin, s.random);
  session.retryAt = Math.max(session.retryAt, s.now + wait);
}

export function onTracker(s: State, input: InputOf<'tracker'>): void {
  const message: FromTracker = input.message;
  const { session } = s;
  const isFirst = message.type === 'welcome' || message.type === 'refused';
  if (!isFirst && session.phase !== 'joined') return;
  switch (message.type) {
    case 'introduce':
      introduced(s, message.peer, message.offer);
      return;
    case 'plan':
      onPlan(s, message);
      return;
    case 'announce':
      takeRecord(s, message.sealed, undefined, true);
      return;
    case 'claimed':
      onClaimed(s, message);
      return;
    case 'gone': {
      uninvite(s, message.peer);
      if (message.banned || s.links.get(message.peer)?.phase === 'connecting') {
        closeFor(s, message.peer, 'left');
      }
      return;
    }
    case 'welcome':
      onWelcome(s, message);
      return;
    case 'refused':
      onRefused(s, message);
      return;
    case 'signal':
      return;
  }
}

function onWelcome(s: State, welcome: Extract<FromTracker, { type: 'welcome' }>): void {
  const { session } = s;
  if (session.phase !== 'joining') return;
  // Neighbours and the planner would know this peer by different names.
  const { peer, secret, linksMax, statsMs } = welcome;
  if (session.peer !== peer) closeAll(s, 'left');
  const every = statsMs > 0 ? Math.max(STATS_MS_MIN, statsMs) : Number.POSITIVE_INFINITY;
  Object.assign(session, {
    phase: 'joined',
    since: s.now,
    peer,
    resume: { peer, secret },
    linksMax: Math.min(LIMITS.links, linksMax),
    statsMs: every,
    statsAt: s.now + every,
    failures: 0,
    refused: undefined,
    linksAt: s.links.size > 0 ? s.now : undefined,
  } satisfies Partial<Session>);
  tell(s, { type: 'tracker-changed', up: true, refused: undefined });
}

function onRefused(s: State, { why, retryMs }: Extract<FromTracker, { type: 'refused' }>): void {
  if (s.session.phase === 'closed') return;
  end(s, why);
  s.session.resume = undefined;
  s.session.retryAt = retryMs > 0 ? s.now + retryMs : Number.POSITIVE_INFINITY;
  emit(s, { type: 'tracker-close' });
}

function onPlan(s: State, plan: Extract<FromTracker, { type: 'plan' }>): void {
  const followed = s.followed.get(plan.rendition);
  if (!followed) return;
  // A tracker that came back counts anew, so only order on the socket is trusted.
  if (!followed.plan?.trees.length) {
    followed.plannedFrom = Math.max(followed.recorded, followed.located);
  }
  followed.plan = plan;
}

/** SES1: opens the socket at once; a machine that is late plays first. */
export function openSession(s: State): void {
  const { session } = s;
  if (!s.consent || session.phase !== 'closed') return;
  const isPlaying = s.everPlayed || !isOverloaded(s);
  const playsAt = isPlaying ? 0 : (s.firstWantAt ?? s.now) + s.config.connect.decodeMs;
  if (!isDue(s, Math.max(session.retryAt, playsAt), 'rejoin')) return;
  session.phase = 'opening';
  session.since = s.now;
  emit(s, { type: 'tracker-open' });
}

/** SES2: what is followed, right behind the join, and links, on change; SES3: counters at intervals. */
export function report(s: State): void {
  const { session } = s;
  const isJoined = session.phase === 'joined';
  if (!isJoined && session.phase !== 'joining') return;
  const isStatsDue = isJoined && isDue(s, session.statsAt, 'stats');
  const renditions = [...s.followed.values()]
    .filter(({ leftAt }) => leftAt === undefined)
    .map(({ rendition, live, head }) => ({ rendition, live, playhead: head?.sequence ?? 0 }));
  const followed = renditions.map(({ rendition, live }) => `${rendition}${live}`).join();
  if (followed !== session.followed || (isStatsDue && renditions.some(({ live }) => !live))) {
    session.followed = followed;
    sendTracker(s, { type: 'follow', renditions });
  }
  if (isJoined && session.linksAt !== undefined && isDue(s, session.linksAt + LINKS_MS, 'stats')) {
    session.linksAt = undefined;
    const open = openLinks(s).map(({ peer, rttMs }) => ({ peer, rttMs }));
    sendTracker(s, { type: 'links', open });
  }
  if (isStatsDue) sendStats(s);
}

function sendStats(s: State): void {
  const { session, totals, stallMs } = s;
  const last = session.reported;
  session.reported = { ...totals, stallMs };
  session.statsAt = s.now + session.statsMs;
  wakeAt(s, session.statsAt, 'stats');
  const buffers = [...s.followed.values()].map(({ head }) => (head ? bufferLeft(s.now, head) : 0));
  sendTracker(s, {
    type: 'stats',
    httpBytes: totals.http - last.http,
    peerBytes: totals.peer - last.peer,
    uploadedBytes: totals.uploaded - last.uploaded,
    stallMs: stallMs - last.stallMs,
    uplink: s.uploads.on && isMeasured(s) ? rate(s) : 0,
    bufferMs: Math.min(...buffers),
  });
}

/** Before the first backlog the rate is a belief; a cap is as good as a measurement. */
function isMeasured(s: State): boolean {
  return s.uploads.rateMax > 0 || s.uplink.rate !== s.config.uplink.startRate;
}

/** Links tend to open together: one report for all. */
const LINKS_MS = 100;
/** Whatever the tracker asks for. */
const STATS_MS_MIN = 1_000;
