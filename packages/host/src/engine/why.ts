/** Why there are no peers, in one sentence. */
import type { Why, WhyCode } from './stats.js';

export interface WhyView {
  readonly broken: boolean;
  /** This machine is late, and rests from peers. */
  readonly overloaded: boolean;
  readonly canLink: boolean;
  readonly consent: 'unasked' | 'granted' | 'refused';
  readonly trackers: number;
  readonly phase: 'idle' | 'opening' | 'up' | 'down';
  readonly refused: string | undefined;
  /** Links that are up, and all of them. */
  readonly links: number;
  readonly linksAll: number;
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
  'no-webrtc': 'this browser cannot link to other viewers',
  'no-consent': 'the viewer has not been asked yet, or has not answered',
  'refused-consent': 'the viewer declined to share',
  'no-tracker': 'the tracker cannot be reached',
  overloaded: 'this device is busy, so it plays without other viewers for a while',
  refused: 'the tracker refused this viewer',
  waiting: 'playback comes first, links follow',
  connecting: 'links are being set up',
  alone: 'nobody else watches this now',
  broken: 'sharing met a fault and is off until the page is reloaded',
};

function codeOf(view: WhyView): WhyCode {
  if (view.broken) return 'broken';
  if (view.links > 0) return 'linked';
  if (!view.canLink) return 'no-webrtc';
  if (view.consent === 'unasked') return 'no-consent';
  if (view.consent === 'refused') return 'refused-consent';
  if (view.overloaded) return 'overloaded';
  if (view.trackers === 0) return 'no-tracker';
  if (view.refused !== undefined) return 'refused';
  if (view.phase === 'down') return 'no-tracker';
  if (view.phase !== 'up') return 'waiting';
  return view.linksAll > 0 ? 'connecting' : 'alone';
}
