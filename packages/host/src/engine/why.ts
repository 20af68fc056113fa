/** Why there are no peers, in one sentence. */
import type { PeerReason } from '@shoal/core/peer';
import type { Why, WhyCode } from './stats.js';

/** The viewer's answer. */
export type ConsentState = 'unasked' | 'granted' | 'refused';

export interface WhyView {
  readonly broken: boolean;
  readonly canLink: boolean;
  readonly consent: ConsentState;
  /** What the machine says. */
  readonly reason: PeerReason;
  /** Why the tracker refused this peer last, if it did. */
  readonly refused: string | undefined;
}

export function explain(view: WhyView): Why {
  const code = codeOf(view);
  const detail = code === 'refused' && view.refused !== undefined ? ` (${view.refused})` : '';
  return { code, text: SENTENCES[code] + detail };
}

export const SENTENCES: Readonly<Record<WhyCode, string>> = {
  linked: 'linked with other viewers',
  'no-tag': 'this stream is not signed for sharing',
  unavailable: 'the engine cannot run here',
  'no-webrtc': 'this browser has no WebRTC',
  'no-consent': 'the viewer has not agreed yet',
  'refused-consent': 'the viewer declined to share',
  'no-tracker': 'the tracker cannot be reached',
  overloaded: 'this device is busy: it plays alone for a while',
  refused: 'the tracker refused this viewer',
  waiting: 'playback comes first',
  connecting: 'links are being set up',
  alone: 'nobody else watches this now',
  broken: 'sharing failed and is off until a reload',
};

function codeOf({ broken, canLink, consent, reason }: WhyView): WhyCode {
  if (broken) return 'broken';
  if (!canLink) return 'no-webrtc';
  if (consent === 'refused') return 'refused-consent';
  if (reason === 'ok' || reason === 'uploads-off') return 'linked';
  if (reason === 'tracker-unreachable') return 'no-tracker';
  return reason === 'joining' ? 'waiting' : reason;
}
