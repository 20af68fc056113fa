/** Links: offered in good time, greeted, accepted within limits, ended on misbehaviour (LNK). */
import { equalBytes } from '../integrity/index.js';
import { type PeerId, partId } from '../units/index.js';
import { agreeVersion, type Hello, type LinkMessage, WIRE_VERSIONS } from '../wire/index.js';
import { closeFor } from './close-link.js';
import type { InputOf } from './contract.js';
import { isBeingShown } from './first-segment.js';
import { onHave, onHoldings, tellHoldings } from './haves.js';
import { LIMITS } from './limits.js';
import { createLink, type Link } from './link.js';
import { isOverloaded } from './overload.js';
import { onAsk, onCancel, rate } from './push.js';
import { onRecordAsk, takeRecord } from './records.js';
import { onRefuse } from './repair.js';
import { emit, isDue, type State, send, sendTracker, tell } from './state.js';

/** LNK1: one introduction is taken up at once, the others when playback allows. */
export function introduced(s: State, peer: PeerId, offer: boolean): void {
  if (!s.consent || s.links.has(peer) || peer === s.session.peer) return;
  const waiting = offer ? s.introduced : s.calls;
  if (waiting.length < LIMITS.introduced && !waiting.includes(peer)) waiting.push(peer);
}

/** The other one is gone, or both are told to forget it. */
export function uninvite(s: State, peer: PeerId): void {
  for (const waiting of [s.introduced, s.calls]) {
    const at = waiting.indexOf(peer);
    if (at >= 0) waiting.splice(at, 1);
  }
}

/** LNK2: few before the first segment is there, none while it is shown first, but not for long. */
function linksNow(s: State): number {
  if (isBeingShown(s)) return 0;
  const since = Math.max(s.session.since, s.firstWantAt ?? 0);
  const isFree = s.everPlayed || isDue(s, since + s.config.connect.afterMs, 'connect');
  return isFree ? LIMITS.links : EARLY;
}

function connect(s: State, peer: PeerId, offer: boolean): void {
  s.links.set(peer, createLink(peer, offer, s.now, s.random.next()));
  emit(s, { type: 'connect', peer, offer });
}

/** LNK2: playback first. Then a few offers at once, and the rest one by one. */
export function paceOffers(s: State): void {
  const { connect: pace } = s.config;
  for (const link of s.links.values()) {
    if (link.phase === 'open') continue;
    const patience = link.phase === 'connecting' && !link.offer ? pace.answerMs : pace.openMs;
    if (isDue(s, link.since + patience, 'connect')) closeFor(s, link.peer, 'left');
  }
  if (s.calls.length + s.introduced.length === 0 || isOverloaded(s)) return;
  const most = linksNow(s);
  while (s.calls.length > 0 && s.links.size < most) {
    const peer = s.calls.shift()!;
    if (!s.links.has(peer)) connect(s, peer, false);
  }
  for (let active = activeLinks(s); s.introduced.length > 0 && active < s.session.linksMax; ) {
    if (s.links.size >= most) return;
    if (active >= pace.first && !isDue(s, s.offeredAt + pace.stepMs, 'connect')) return;
    const peer = s.introduced.shift()!;
    if (s.links.has(peer)) continue;
    active++;
    s.offeredAt = s.now;
    connect(s, peer, true);
  }
}

/** Links up or offered; one that waits for an offer costs nothing yet. */
function activeLinks(s: State): number {
  let active = 0;
  for (const link of s.links.values()) if (link.offer || link.phase !== 'connecting') active++;
  return active;
}

/** connecting -> greeting */
export function onLinkUp(s: State, { peer, rttMs }: InputOf<'link-up'>): void {
  const link = s.links.get(peer);
  if (link === undefined) {
    emit(s, { type: 'disconnect', peer });
    return;
  }
  if (link.phase !== 'connecting') return;
  const most = s.session.linksMax + s.config.connect.slack;
  if (!link.offer && activeLinks(s) >= most) {
    closeFor(s, peer, 'surplus');
    return;
  }
  link.phase = 'greeting';
  link.since = s.now;
  link.rttMs = rttMs;
  const { streamId, epoch } = s.start;
  const uploads = s.uploads.on;
  send(s, peer, {
    type: 'hello',
    ...WIRE_VERSIONS,
    peer: s.session.peer ?? '',
    streamId,
    epoch,
    uploads,
  });
  if (uploads) tellHoldings(s, [link], true);
}

export function onMessage(s: State, { peer, message }: InputOf<'message'>): void {
  const link = s.links.get(peer);
  if (link === undefined || link.phase === 'connecting') return;
  if (message.type === 'hello') {
    onHello(s, link, message);
    return;
  }
  if (message.type === 'bye') {
    closeFor(s, peer, 'left');
    return;
  }
  // The control channel keeps order, so whatever comes before hello breaks the rules.
  if (link.phase !== 'open') {
    closeFor(s, peer, 'violation');
    return;
  }
  onOpenMessage(s, link, message);
}

function onOpenMessage(s: State, link: Link, message: LinkMessage): void {
  const { peer } = link;
  switch (message.type) {
    case 'record':
      takeRecord(s, message.sealed, peer);
      return;
    case 'record-ask':
      onRecordAsk(s, peer, message.key);
      return;
    case 'have':
      onHave(s, link, message);
      return;
    case 'holdings':
      onHoldings(s, link, message);
      return;
    case 'ask':
      onAsk(s, link, message.key, message.pieces);
      return;
    case 'cancel':
      onCancel(s, link, message.key, message.pieces);
      return;
    case 'refuse':
      onRefuse(s, link, partId(message.key), message.pieces, message.why);
      return;
    case 'uploads':
      link.uploads = message.on;
      return;
    case 'hello':
    case 'bye':
      return;
  }
}

/** greeting -> open (LNK3): the same stream and epoch, a version in common, and who was introduced. */
function onHello(s: State, link: Link, hello: Hello): void {
  const fits =
    link.phase === 'greeting' &&
    hello.peer === link.peer &&
    hello.epoch === s.start.epoch &&
    equalBytes(hello.streamId, s.start.streamId) &&
    agreeVersion(WIRE_VERSIONS, hello) !== undefined;
  if (!fits) {
    closeFor(s, link.peer, 'left');
    return;
  }
  link.phase = 'open';
  link.since = s.now;
  link.uploads = hello.uploads;
  s.session.linksAt ??= s.now;
  tell(s, { type: 'peer-connected', peer: link.peer });
}

/** UPL1: the planner and neighbours are told when this peer starts or stops uploading. */
export function setUploads(s: State, { on, rateMax }: InputOf<'uploads'>): void {
  const changed = on !== s.uploads.on;
  s.uploads = { on, rateMax };
  if (!on) s.queue.drop(() => true);
  if (!changed) return;
  if (s.session.phase === 'joined') sendTracker(s, { type: 'uploads', on, rate: on ? rate(s) : 0 });
  for (const link of s.links.values()) {
    if (link.phase === 'connecting') continue;
    send(s, link.peer, { type: 'uploads', on, rate: on ? rate(s) : 0 });
    if (on) tellHoldings(s, [link], true);
  }
}

/** One message a neighbour and part for all that this step made superfluous. */
export function flushCancels(s: State): void {
  for (const [peer, parts] of s.cancels) {
    if (s.links.get(peer)?.phase !== 'open') continue;
    for (const [id, pieces] of parts) {
      const part = s.parts.get(id);
      if (part) send(s, peer, { type: 'cancel', key: part.key, pieces });
    }
  }
  s.cancels.clear();
}

/** Links made before the first segment is there: they may bring most of it, and cost start-up. */
const EARLY = 1;
