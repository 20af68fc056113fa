/**
 * Signalling is passed on between peers that were introduced, and between no others. Rules TRK30 to
 * TRK32.
 */
import { LIMITS, type Signal, textBytes } from '../wire/index.js';
import { isConnected, type Member, send, type TrackerState } from './state.js';

/** Passes the payload on; false when it is too long, which ends the sender's session. */
export function relay(state: TrackerState, from: Member, message: Signal): boolean {
  if (!isShortText(message.payload)) return false;
  const status = from.pairs.get(message.peer)?.status;
  const to = state.members.get(message.peer);
  if (to === undefined || !isConnected(to) || (status !== 'pending' && status !== 'open'))
    return true;
  from.stream.totals.signals += 1;
  send(state, to, { type: 'signal', peer: from.peer, payload: message.payload });
  return true;
}

/** Most signals are ASCII, and need not be encoded to know their length. */
function isShortText(text: string): boolean {
  if (text.length > LIMITS.signalBytes) return false;
  if (ASCII.test(text)) return true;
  const bytes = textBytes(text);
  return bytes !== undefined && bytes.length <= LIMITS.signalBytes;
}

const ASCII = /^[\n\r\t -~]*$/;
