/** A slow edge and a part that nobody holds: those who lack it fetch disjoint runs and exchange them (CLD4). */
import { Ms, type PeerId } from '../units/index.js';
import { arrivalAt, cutFetch, startFetch } from './fetches.js';
import { isLacking, type Part } from './part.js';
import { type Fetch, isDue, openLinks, type State, wakeAt } from './state.js';

/** Splits what is slow among this peer and the neighbours that said they lack it, as long as that helps. */
export function shareSlow(s: State): void {
  const opened = openLinks(s).reduce((at, link) => Math.max(at, link.since), 0);
  for (const fetch of s.fetches.values()) {
    const part = s.parts.get(fetch.part);
    if (part?.sealed === undefined || part.rounds >= ROUNDS_MAX || !isOwnNeed(fetch)) continue;
    const at = Math.max(fetch.startedAt + SLOW_MS, opened + SETTLE_MS, part.sharedUntil);
    if (!isDue(s, Ms(at), 'hedge') || !isSlow(s, part, fetch)) continue;
    if (part.rounds > 0 && part.peerBytes === part.sharedBytes) continue;
    const group = groupOf(s, part);
    if (group.length > 1) split(s, part, fetch, group);
    else wakeAt(s, Ms(s.now + LOOK_MS), 'hedge');
  }
}

function isOwnNeed({ why, status }: Fetch): boolean {
  return status === 'running' && why !== 'seed' && why !== 'standby' && why !== 'claim';
}

/** Whether it would take long still. */
function isSlow(s: State, part: Part, fetch: Fetch): boolean {
  const last = Math.min(fetch.to, part.pieces.length) - 1;
  const at = arrivalAt(s, fetch, last);
  if (at === undefined || at - s.now > LEFT_MS) return true;
  wakeAt(s, Ms(s.now + LOOK_MS), 'hedge');
  return false;
}

/** This peer and who lacks the part, in an order that all of them agree on. */
function groupOf(s: State, part: Part): PeerId[] {
  const others = openLinks(s).filter((link) => link.uploads && link.lacking.has(part.id));
  if (others.length === 0 || !s.uploads.on) return [];
  return [s.session.peer ?? '', ...others.map(({ peer }) => peer)].sort();
}

function split(s: State, part: Part, fetch: Fetch, group: readonly PeerId[]): void {
  const lacking: number[] = [];
  part.pieces.forEach((_, index) => void (isLacking(part, index) && lacking.push(index)));
  const rank = group.indexOf(s.session.peer ?? '');
  const first = Math.floor((rank * lacking.length) / group.length);
  const end = Math.floor(((rank + 1) * lacking.length) / group.length);
  part.rounds++;
  part.sharedBytes = part.peerBytes;
  part.sharedUntil = Ms(s.now + ROUND_MS);
  const from = lacking[first] ?? part.pieces.length;
  const to = end > first ? lacking[end - 1]! + 1 : from;
  if (from === fetch.next && to > from) {
    fetch.to = to;
    return;
  }
  cutFetch(s, fetch);
  if (to > from) startFetch(s, part, from, to, fetch.why);
}

/** A fetch younger than this is not judged. */
const SLOW_MS = 500;
/** A fetch that ends sooner than this is left alone. */
const LEFT_MS = 700;
/** After a link opened: its neighbour says what it lacks. */
const SETTLE_MS = 100;
const LOOK_MS = 250;
/** How long the others have to bring their runs. */
const ROUND_MS = 1_500;
/** A round in which peers brought nothing is the last: liars could hold playback up no longer. */
const ROUNDS_MAX = 6;
