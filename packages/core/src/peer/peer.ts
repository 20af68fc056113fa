/** The peer machine: one input enters, every policy has its turn, the outputs leave. */
import type { Machine, Ms } from '../units/index.js';
import { onChecked, onPiece, unpark } from './arrivals.js';
import { closeFor, onLinkDown } from './close-link.js';
import { checkConfig, DEFAULT_PEER, type PeerConfig } from './config.js';
import type { PeerInput, PeerOutput, PeerStart, PeerWhy } from './contract.js';
import { planFetches } from './edge-plan.js';
import { onFetchEnded, onFetched, tidyFetches } from './fetches.js';
import { answerLacks, refreshHoldings } from './haves.js';
import { evictParts } from './keep.js';
import { flushCancels, onLinkUp, onMessage, paceOffers, setUploads } from './links.js';
import { deliver, onFollow, onLocated, onPlayback, onUnwant, onWant } from './player.js';
import { onDrained, pump } from './push.js';
import { onRecordsEnded, onVerified, pollRecords, takeRecord } from './records.js';
import { expireAsks, repair } from './repair.js';
import {
  onConsent,
  onTracker,
  onTrackerDown,
  onTrackerUp,
  openSession,
  report,
} from './session.js';
import { shareSlow } from './share.js';
import { createState, type State } from './state.js';
import { type PeerStats, statsOf } from './stats.js';
import { claimParts } from './vod.js';

export type PeerMachine = Machine<PeerInput, PeerOutput, PeerWhy> & { stats(): PeerStats };

export function createPeer(start: PeerStart, config: PeerConfig = DEFAULT_PEER): PeerMachine {
  const s = createState(start, checkConfig(config));
  return {
    step(now: Ms, input: PeerInput) {
      s.now = Math.max(s.now, now);
      s.wake = undefined;
      (HANDLERS[input.type] as (s: State, input: PeerInput) => void)(s, input);
      decide(s);
      const { out } = s;
      s.out = [];
      return out;
    },
    wake: () => s.wake,
    stats: () => statsOf(s),
  };
}

type Handlers = {
  readonly [Type in PeerInput['type']]: (
    s: State,
    input: Extract<PeerInput, { readonly type: Type }>,
  ) => void;
};

const HANDLERS: Handlers = {
  wake: () => {},
  consent: (s, { granted }) => onConsent(s, granted),
  uploads: (s, { on, rateMax }) => setUploads(s, on, rateMax),
  follow: onFollow,
  playback: onPlayback,
  want: onWant,
  unwant: (s, { request }) => onUnwant(s, request),
  located: onLocated,
  record: (s, { sealed }) => takeRecord(s, sealed),
  'records-ended': (s, { rendition, ok }) => onRecordsEnded(s, rendition, ok),
  verified: (s, { verify, ok }) => onVerified(s, verify, ok),
  checked: (s, { key, index, from, ok }) => onChecked(s, key, index, from, ok),
  'link-up': (s, { peer, rttMs }) => onLinkUp(s, peer, rttMs),
  'link-down': (s, { peer }) => onLinkDown(s, peer),
  message: (s, { peer, message }) => onMessage(s, peer, message),
  piece: (s, { peer, key, index, bytes, arrival }) =>
    onPiece(s, { id: arrival, peer, key, index, bytes }),
  violation: (s, { peer }) => closeFor(s, peer, 'violation'),
  drained: (s, { peer, bytes }) => onDrained(s, peer, bytes),
  fetched: (s, { fetch, bytes }) => onFetched(s, fetch, bytes),
  'fetch-ended': (s, { fetch, done, bytes, status }) => onFetchEnded(s, fetch, done, bytes, status),
  'tracker-up': onTrackerUp,
  'tracker-down': onTrackerDown,
  tracker: (s, { message }) => onTracker(s, message),
};

/** Every policy looks at the whole state, and says when it wants to look again. */
function decide(s: State): void {
  openSession(s);
  expireAsks(s);
  unpark(s);
  tidyFetches(s);
  deliver(s);
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
