/** The socket to the tracker: frames in and out; the machine decides when it opens and closes. */
import type { PeerInput } from '@shoal/core/peer';
import type { PeerId } from '@shoal/core/units';
import {
  decodeFromTracker,
  encodeToTracker,
  type FromTracker,
  type ToTracker,
} from '@shoal/core/wire';
import type { TrackerEvents, TrackerSocket, TrackerSockets } from '../ports/tracker-socket.js';
import { decoded } from './decoding.js';

export interface TrackerSession {
  open(): void;
  close(): void;
  send(message: ToTracker): void;
  readonly state: {
    readonly phase: 'idle' | 'opening' | 'up' | 'down';
    /** Why the tracker refused this peer last, if it did. */
    readonly refused: string | undefined;
    /** The id that the tracker gave. */
    readonly self: PeerId | undefined;
  };
}

export interface TrackerSessionParts {
  readonly sockets: TrackerSockets;
  /** Tried in turn: the next one after each failure. Empty: no tracker. */
  readonly urls: readonly string[];
  feed(input: PeerInput): void;
  received(message: FromTracker): void;
}

type State = { -readonly [Key in keyof TrackerSession['state']]: TrackerSession['state'][Key] };

export function createTrackerSession(parts: TrackerSessionParts): TrackerSession {
  const { sockets, urls, feed } = parts;
  const state: State = { phase: 'idle', refused: undefined, self: undefined };
  let socket: TrackerSocket | undefined;
  let turn = 0;
  const close = (): void => {
    const closing = socket;
    socket = undefined;
    if (state.phase !== 'idle') state.phase = 'down';
    closing?.close();
  };
  const down = (): void => {
    close();
    turn++;
    feed({ type: 'tracker-down' });
  };
  const eventsOf = (current: () => boolean): TrackerEvents => ({
    up() {
      if (!current()) return;
      state.phase = 'up';
      feed({ type: 'tracker-up' });
    },
    message(frame) {
      if (!current()) return;
      const message = decoded(() => decodeFromTracker(frame));
      // It does not speak our wire, so the session with it is over.
      if (!message) {
        down();
        return;
      }
      learn(state, message);
      parts.received(message);
    },
    down() {
      if (current()) down();
    },
  });
  const open = (): void => {
    close();
    const url = urls[turn % Math.max(1, urls.length)];
    if (url === undefined) {
      feed({ type: 'tracker-down' });
      return;
    }
    if (state.phase === 'idle') state.phase = 'opening';
    const mine: TrackerSocket = sockets.open(
      url,
      eventsOf(() => socket === mine),
    );
    socket = mine;
  };
  return { open, close, send: (message) => socket?.send(encodeToTracker(message)), state };
}

function learn(state: State, message: FromTracker): void {
  if (message.type === 'welcome') {
    state.self = message.peer;
    state.refused = undefined;
  }
  if (message.type === 'refused') state.refused = message.why;
}
