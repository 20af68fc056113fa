/** The tracker's door: which requests become sockets, and what network they come from. */
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Upgrade } from '../http/server.js';
import { networkOf } from '../telemetry/log.js';
import { FRAME_BYTES_MAX, type TrackerSocketConfig } from './config.js';

type Opened = (socket: WebSocket, carrier: Duplex, network: string) => void;

export function acceptSockets(
  config: TrackerSocketConfig,
  held: () => number,
  opened: Opened,
): { readonly upgrade: Upgrade; close(): void } {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    clientTracking: true,
  });
  return {
    upgrade: (req, carrier, head) => {
      if (held() >= config.socketsMax) {
        carrier.end(
          'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nConnection: close\r\n\r\n',
        );
        return;
      }
      server.handleUpgrade(req, carrier, head, (socket) => {
        opened(socket, carrier, networkOf(addressOf(req, config.trustProxy)));
      });
    },
    close: () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** The last hop that our own proxy saw; what stands before it anybody may have written. */
export function addressOf(req: Addressed, trustProxy: boolean): string {
  const forwarded = trustProxy ? req.headers['x-forwarded-for'] : undefined;
  const hops = typeof forwarded === 'string' ? forwarded : forwarded?.join(',');
  const last = hops?.split(',').at(-1);
  return last?.trim() ?? req.socket.remoteAddress ?? '';
}

/** The part of a request that says where it comes from. */
export interface Addressed {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}
