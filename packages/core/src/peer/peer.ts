/** The peer machine: one input enters, every policy has its turn, the outputs leave. */
import type { Machine, Ms } from '../units/index.js';
import { onChecked, onPiece, unpark } from './arrivals.js';
import { closeFor, onLinkDown } from './close-link.js';
import { DEFAULT_PEER, type PeerConfig } from './config.js';
import type { InputOf, PeerInput, PeerOutput, PeerStart, PeerWhy } from './contract.js';
import { planFetches } from './edge-plan.js';
import { onFetchEnded, onFetched, tidyFetches } from './fetches.js';
import { answerLacks, refreshHoldings } from './haves.js';
import { evictParts } from './keep.js';
import { flushCancels, onLinkUp, onMessage, paceOffers, setUploads } from './links.js';
import { deliver, onFollow, onLocated, onPlayback, onUnwant, onWant } from './player.js';
import { onDrained, pump } from './push.js';
import { onRecordsEnded, onVerified, pollRecords, takeRecord, verifyNext } from './records.js';
import { expireAsks, repair } from './repair.js';
import {
  onConsent,
  onTracker,
  onTrackerDown,
  onTrackerUp,
  openSession,
  report,
  shedLoad,
} from './session.js';
import { shareSlow } from './share.js';
import { createState, type State, wakeAt } from './state.js';
import { type PeerStats, statsOf } from './stats.js';
import { claimParts } from './vod.js';

export type PeerMachine = Machine<PeerInput, PeerOutput, PeerWhy> & { stats(): PeerStats };

/** Settings from outside go through `checkConfig` first. */
export function createPeer(start: PeerStart, config: PeerConfig = DEFAULT_PEER): PeerMachine {
  const s = createState(start, config);
  return {
    step(now: Ms, input: PeerInput) {
      s.now = Math.max(s.now, now);
      const { wake, links, open } = s;
      const before = links.size + open.size;
      s.wake = undefined;
      (HANDLERS[input.type] as (s: State, input: PeerInput) => void)(s, input);
      const isDue = wake !== undefined && wake.at <= s.now;
      if (isDue || !isSmall(input) || links.size + open.size !== before) decide(s);
      else settle(s, wake);
      const { out } = s;
      s.out = [];
      return out;
    },
    wake: () => s.wake,
    stats: () => statsOf(s),
  };
}

type Handlers = {
  readonly [Type in PeerInput['type']]: (s: State, input: InputOf<Type>) => void;
};

const HANDLERS: Handlers = {
  wake: () => {},
  consent: onConsent,
  uploads: setUploads,
  follow: onFollow,
  playback: onPlayback,
  want: onWant,
  unwant: onUnwant,
  located: onLocated,
  record: (s, { sealed }) => takeRecord(s, sealed),
  'records-ended': onRecordsEnded,
  verified: onVerified,
  checked: onChecked,
  'link-up': onLinkUp,
  'link-down': onLinkDown,
  message: onMessage,
  piece: onPiece,
  violation: (s, { peer }) => closeFor(s, peer, 'violation'),
  drained: onDrained,
  fetched: onFetched,
  'fetch-ended': onFetchEnded,
  'tracker-up': onTrackerUp,
  'tracker-down': onTrackerDown,
  tracker: onTracker,
};

/** What comes with every piece, often together, unless it is bad news. */
function isSmall(input: PeerInput): boolean {
  return SMALL.has(input.type) || (input.type === 'checked' && input.ok);
}

const SMALL: ReadonlySet<PeerInput['type']> = new Set(['piece', 'fetched', 'drained']);

/**
 * Unless a part was completed or a link closed, what a small input calls for is done at once, and
 * the whole is looked at a moment later, for all of them together.
 */
function settle(s: State, wake: State['wake']): void {
  if (wake !== undefined) wakeAt(s, wake.at, wake.why);
  wakeAt(s, s.now + SETTLE_MS, 'settle');
  unpark(s);
  tidyFetches(s);
  pump(s);
  flushCancels(s);
}

const SETTLE_MS = 30;

/** Every policy looks at the whole state, and says when it wants to look again. */
function decide(s: State): void {
  shedLoad(s);
  openSession(s);
  expireAsks(s);
  unpark(s);
  tidyFetches(s);
  deliver(s);
  verifyNext(s);
  pollRecords(s);
  planFetches(s);
  shareSlow(s);
  claimParts(s);
  // A piece that is asked for again must not be cancelled after.
  flushCancels(s);
  repair(s);
  answerLacks(s);
  refreshHoldings(s);
  pump(s);
  paceOffers(s);
  report(s);
  evictParts(s);
  flushCancels(s);
}
