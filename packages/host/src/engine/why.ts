/** Why there are no peers. */
import type { PeerReason } from '@shoal/core/peer';
import type { Why, WhyCode } from '@shoal/core/telemetry';

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
  return { code, detail: code === 'refused' ? view.refused : undefined };
}

function codeOf({ broken, canLink, consent, reason }: WhyView): WhyCode {
  if (broken) return 'broken';
  if (!canLink) return 'no-webrtc';
  if (consent === 'refused') return 'refused-consent';
  return reason;
}
