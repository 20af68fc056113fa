/** Why there are no peers, as a code for programs and a sentence for people. */

/** Why there are no peers, or that there are. */
export type WhyCode =
  | 'linked'
  | 'no-tag'
  | 'unavailable'
  | 'no-webrtc'
  | 'no-consent'
  | 'refused-consent'
  | 'no-tracker'
  | 'overloaded'
  | 'refused'
  | 'waiting'
  | 'connecting'
  | 'alone'
  | 'broken';

export interface Why {
  readonly code: WhyCode;
  /** What is known beyond the code, in the words of whoever refused or failed. */
  readonly detail: string | undefined;
}

/** One sentence for a person: a page that shows none, or shows its own, does not load these. */
export function whyText({ code, detail }: Why): string {
  return detail === undefined ? SENTENCES[code] : `${SENTENCES[code]} (${detail})`;
}

const SENTENCES: Readonly<Record<WhyCode, string>> = {
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
