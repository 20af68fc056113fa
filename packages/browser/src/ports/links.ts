/** Links over WebRTC: one connection a peer, a control channel and a pieces channel. */
import type { Link, LinkEvents, Links } from '@shoal/host';
import { createChannels } from './channels.js';
import { createNegotiation } from './negotiation.js';

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
  let certificate: Promise<RTCCertificate | undefined> | undefined;
  return {
    open(_peer, offer, events) {
      certificate ??= makeCertificate();
      return openLink(options, certificate, offer, events);
    },
  };
}

/** One certificate for all links of a page saves a key pair a link. */
function makeCertificate(): Promise<RTCCertificate | undefined> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return RTCPeerConnection.generateCertificate(algorithm).catch(() => undefined);
}

const SET_UP_MS = 10_000;
/** ICE may lose its path for a moment when a network changes; longer than this is gone. */
const LOST_MS = 3000;

function openLink(
  options: LinksOptions,
  certificate: Promise<RTCCertificate | undefined>,
  offer: boolean,
  events: LinkEvents,
): Link {
  const early: string[] = [];
  let live: ReturnType<typeof connect> | undefined;
  let over = false;
  const close = (): void => {
    over = true;
    clearTimeout(patience);
    live?.close();
  };
  const down = (): void => {
    if (over) return;
    close();
    events.down();
  };
  let patience = setTimeout(down, options.setUpMs ?? SET_UP_MS);
  const up = (rttMs: number): void => {
    if (over) return;
    clearTimeout(patience);
    events.up(rttMs);
  };
  /** Called with the state of the connection whenever it changes. */
  const changed = (state: RTCPeerConnectionState): void => {
    if (state === 'failed' || state === 'closed') down();
    if (state !== 'disconnected' && state !== 'connected') return;
    if (!live?.isUp()) return;
    clearTimeout(patience);
    if (state === 'disconnected') patience = setTimeout(down, LOST_MS);
  };
  void certificate.then((made) => {
    if (over) return;
    live = connect(options, made, offer, { ...events, up, down }, changed);
    for (const payload of early.splice(0)) live.signal(payload);
  });
  return {
    signal: (payload) => (live ? live.signal(payload) : void early.push(payload)),
    sendControl: (frame) => live?.sendControl(frame),
    sendPiece: (frame) => live?.sendPiece(frame),
    close,
  };
}

function connect(
  options: LinksOptions,
  certificate: RTCCertificate | undefined,
  offer: boolean,
  events: LinkEvents,
  changed: (state: RTCPeerConnectionState) => void,
) {
  const connection = new RTCPeerConnection({
    iceServers: [...(options.iceServers ?? [])],
    iceTransportPolicy: options.relayOnly === true ? 'relay' : 'all',
    ...(certificate ? { certificates: [certificate] } : {}),
  });
  const channels = createChannels(connection, events);
  connection.onconnectionstatechange = () => {
    const { connectionState } = connection;
    if (connectionState === 'connected') channels.connected();
    changed(connectionState);
  };
  const negotiation = createNegotiation(connection, offer, {
    privateAddresses: options.privateAddresses,
    send: events.signal,
    failed: events.down,
  });
  return {
    ...channels,
    signal: negotiation.signal,
    close() {
      connection.onconnectionstatechange = null;
      negotiation.close();
      channels.close();
      connection.close();
    },
  };
}
