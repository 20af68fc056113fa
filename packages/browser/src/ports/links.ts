/** Links over WebRTC: one connection a peer, a control channel and a pieces channel. */
import type { Link, LinkEvents, Links } from '@shoal/host';
import { createChannels } from './channels.js';
import { negotiate } from './negotiation.js';

export interface LinksOptions {
  readonly iceServers?: readonly RTCIceServer[];
  readonly relayOnly?: boolean;
  /** Whether the other side may name private addresses. */
  readonly privateAddresses: boolean;
  /** A link that is not open after so long is down. */
  readonly setUpMs?: number;
}

/** Undefined where the browser has no WebRTC. */
export function browserLinks(options: LinksOptions): Links | undefined {
  if (typeof RTCPeerConnection === 'undefined') return undefined;
  return {
    open(_peer, offer, events) {
      try {
        return openLink(options, offer, events);
      } catch {
        // A browser has so many connections and no more, and a page may name servers that are none.
        return undefined;
      }
    },
  };
}

const SET_UP_MS = 10_000;
/** ICE may lose its path for a moment when a network changes; longer than this is gone. */
const LOST_MS = 3000;

function openLink(options: LinksOptions, offer: boolean, events: LinkEvents): Link {
  const connection = new RTCPeerConnection({
    iceServers: [...(options.iceServers ?? [])],
    iceTransportPolicy: options.relayOnly === true ? 'relay' : 'all',
  });
  let over = false;
  const close = (): void => {
    over = true;
    clearTimeout(patience);
    channels.close();
    connection.close();
  };
  const down = (): void => {
    if (over) return;
    close();
    events.down();
  };
  let patience = setTimeout(down, options.setUpMs ?? SET_UP_MS);
  const up = (rttMs: number): void => {
    clearTimeout(patience);
    events.up(rttMs);
  };
  const channels = createChannels(connection, { ...events, up, down });
  connection.onconnectionstatechange = () => {
    const { connectionState: state } = connection;
    if (state === 'connected') channels.connected();
    if (state === 'failed' || state === 'closed') down();
    else if (channels.isUp()) {
      clearTimeout(patience);
      if (state === 'disconnected') patience = setTimeout(down, LOST_MS);
    }
  };
  const signal = negotiate(connection, offer, {
    privateAddresses: options.privateAddresses,
    send(payload) {
      if (!over) events.signal(payload);
    },
    failed: down,
  });
  return { signal, sendControl: channels.sendControl, sendPiece: channels.sendPiece, close };
}
