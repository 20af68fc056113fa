/** Links over WebRTC by node-datachannel. */
import {
  CANDIDATES_MAX,
  candidateAttribute,
  type Description,
  decodeSignal,
  encodeSignal,
  isAcceptable,
  type Link,
  type LinkEvents,
  type Links,
  parseCandidate,
  rebuildSdp,
  reduceSdp,
  type Signal,
} from '@shoal/host';
import { PeerConnection, type RtcConfig } from 'node-datachannel';
import { openChannels } from './channels.js';

export interface NodeLinksOptions {
  readonly iceServers?: RtcConfig['iceServers'];
  /** Whether the other side may name private addresses. */
  readonly privateAddresses: boolean;
  /** A link that is not open after so long is down. */
  readonly setUpMs?: number;
}

const SET_UP_MS = 10_000;
/** What both sides say they take; a sealed record is half of it. */
const MESSAGE_BYTES_MAX = 262_144;

export function nodeLinks(options: NodeLinksOptions): Links {
  return { open: (_peer, offer, events) => openLink(options, offer, events) };
}

function openLink(options: NodeLinksOptions, offer: boolean, events: LinkEvents): Link {
  const connection = new PeerConnection('shoal', {
    iceServers: options.iceServers ?? [],
    disableAutoNegotiation: true,
    maxMessageSize: MESSAGE_BYTES_MAX,
  });
  let over = false;
  const close = (): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    // The library forbids closing from inside its own callbacks.
    setImmediate(() => connection.close());
  };
  const down = (): void => {
    if (over) return;
    close();
    events.down();
  };
  const patience = setTimeout(down, options.setUpMs ?? SET_UP_MS);
  const up = (): void => {
    clearTimeout(patience);
    if (!over) events.up(Math.max(0, connection.rtt()));
  };
  const live: LinkEvents = {
    ...events,
    signal: (payload) => {
      if (!over) events.signal(payload);
    },
    down,
    up,
  };
  const channels = openChannels(connection, live, () => over);
  const negotiate = createNegotiator(connection, offer, options, live);
  connection.onStateChange((state) => {
    if (state === 'failed' || state === 'closed') down();
  });
  if (offer) setImmediate(() => over || connection.setLocalDescription('offer'));
  return {
    signal: (payload) => over || negotiate(payload),
    sendControl: channels.sendControl,
    sendPiece: channels.sendPiece,
    close,
  };
}

/** Describes this side, and returns what takes the other side's signals. */
function createNegotiator(
  connection: PeerConnection,
  offer: boolean,
  options: NodeLinksOptions,
  events: LinkEvents,
): (payload: string) => void {
  let described = false;
  let accepted = 0;
  const early: Signal['candidates'][number][] = [];
  const send = (signal: Signal): void => events.signal(encodeSignal(signal));
  connection.onLocalDescription((sdp, type) => {
    const description = reduceSdp(type === 'offer' ? 'offer' : 'answer', sdp);
    if (description === undefined) events.down();
    else send({ description, candidates: [] });
  });
  connection.onLocalCandidate((text) => {
    const candidate = parseCandidate(text);
    if (candidate !== undefined) send({ description: undefined, candidates: [candidate] });
  });
  const admit = (): void => {
    for (const candidate of early.splice(0)) {
      try {
        connection.addRemoteCandidate(candidateAttribute(candidate), '0');
      } catch {
        // One path less; the link has others, or is given up when none is left.
      }
    }
  };
  return (payload) => {
    const signal = decodeSignal(payload);
    if (signal === undefined) return;
    for (const candidate of signal.candidates) {
      if (accepted >= CANDIDATES_MAX || !isAcceptable(candidate, options.privateAddresses))
        continue;
      accepted++;
      early.push(candidate);
    }
    const expected = offer ? 'answer' : 'offer';
    try {
      if (signal.description?.kind === expected && !described) {
        described = true;
        connection.setRemoteDescription(rebuildSdp(asServer(signal.description)), expected);
        if (!offer) connection.setLocalDescription('answer');
      }
      if (described) admit();
    } catch {
      events.down();
    }
  };
}

/**
 * An answerer takes the passive side of DTLS. Its path is ready first, and a hello that it sent
 * before the offerer's path is ready would be lost; this library repeats it after a second.
 */
function asServer(description: Description): Description {
  return description.kind === 'offer' ? { ...description, setup: 'active' } : description;
}
