/** The socket to the tracker: frames in and out; the machine decides when it opens and closes. */
import { isShoalError } from '@shoal/core/errors';
import type { PeerInput } from '@shoal/core/peer';
import {
  decodeFromTracker,
  encodeToTracker,
  type FromTracker,
  type ToTracker,
} from '@shoal/core/wire';
import type { TrackerSocket, TrackerSockets } from '../ports/tracker-socket.js';

export interface TrackerSession {
  open(): void;
  close(): void;
  send(message: ToTracker): void;
  isUp(): boolean;
}

export interface TrackerSessionParts {
  readonly sockets: TrackerSockets;
  /** Tried in turn: the next one after each failure. Empty: no tracker. */
  readonly urls: readonly string[];
  feed(input: PeerInput): void;
  received(message: FromTracker): void;
}

export function createTrackerSession(parts: TrackerSessionParts): TrackerSession {
  const { sockets, urls, feed } = parts;
  let socket: TrackerSocket | undefined;
  let up = false;
  let turn = 0;
  const close = (): void => {
    const closing = socket;
    socket = undefined;
    up = false;
    closing?.close();
  };
  const down = (): void => {
    socket = undefined;
    up = false;
    turn++;
    feed({ type: 'tracker-down' });
  };
  const open = (): void => {
    close();
    const url = urls[turn % Math.max(1, urls.length)];
    if (url === undefined) {
      feed({ type: 'tracker-down' });
      return;
    }
    const mine: TrackerSocket = sockets.open(url, {
      up: () => {
        if (socket !== mine) return;
        up = true;
        feed({ type: 'tracker-up' });
      },
      message: (frame) => {
        if (socket !== mine) return;
        const message = read(frame);
        if (message !== undefined) {
          parts.received(message);
          return;
        }
        close();
        down();
      },
      down: () => {
        if (socket === mine) down();
      },
    });
    socket = mine;
  };
  return {
    open,
    close,
    send: (message) => socket?.send(encodeToTracker(message)),
    isUp: () => up,
  };
}

/** `undefined`: this tracker does not speak our wire, so the session with it is over. */
function read(frame: Uint8Array): FromTracker | undefined {
  try {
    return decodeFromTracker(frame);
  } catch (thrown) {
    if (isShoalError(thrown)) return undefined;
    throw thrown;
  }
}
