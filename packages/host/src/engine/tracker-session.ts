/** The socket to the tracker: frames in and out; the machine decides when it opens and closes. */
import type { PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import {
  decodeFromTracker,
  encodeToTracker,
  type FromTracker,
  type ToTracker,
} from '@shoal/core/wire';
import type { TrackerSocket, TrackerSockets } from '../ports/tracker-socket.js';
import { decoded } from './decoding.js';

export interface TrackerSession {
  open(): void;
  close(): void;
  send(message: ToTracker): void;
  readonly state: Readonly<State>;
}

interface State {
  up: boolean;
  /** Why the tracker refused this peer last, if it did. */
  refused: string | undefined;
  /** The id that the tracker gave. */
  self: PeerId | undefined;
}

export interface TrackerSessionParts {
  readonly sockets: TrackerSockets;
  /** Tried in turn: the next one after each failure. Empty: no tracker. */
  readonly urls: readonly string[];
  feed(input: PeerInput): void;
  /** For the link with `peer`. */
  signal(peer: PeerId, payload: string): void;
}

export function createTrackerSession(parts: TrackerSessionParts): TrackerSession {
  const { sockets, urls, feed } = parts;
  const state: State = { up: false, refused: undefined, self: undefined };
  let socket: TrackerSocket | undefined;
  let turn = 0;
  const close = (): void => {
    state.up = false;
    socket?.close();
    socket = undefined;
  };
  const down = (): void => {
    close();
    turn++;
    feed({ type: 'tracker-down' });
  };
  const receive = (message: FromTracker): void => {
    if (message.type === 'welcome') {
      state.self = message.peer;
      state.refused = undefined;
    } else if (message.type === 'refused') state.refused = message.why;
    feed({ type: 'tracker', message });
    if (message.type === 'signal') parts.signal(message.peer, message.payload);
  };
  const open = (): void => {
    close();
    const url = urls[turn % urls.length];
    if (url === undefined) {
      down();
      return;
    }
    socket = sockets.open(url, {
      up() {
        state.up = true;
        feed({ type: 'tracker-up' });
      },
      message(frame) {
        const message = decoded(() => decodeFromTracker(frame));
        if (message) receive(message);
        // It does not speak our wire, so the session with it is over.
        else down();
      },
      down,
    });
  };
  return { open, close, send: (message) => socket?.send(encodeToTracker(message)), state };
}
