/** One peer's socket: frames in, corked frames out, a heartbeat, and a bound on what waits. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { TrackerSocketConfig } from './config.js';

export interface SessionEvents {
  frame(bytes: Uint8Array): void;
  closed(): void;
}

export interface TrackerSession {
  /** Frames of one turn of the loop leave in one write. */
  send(frame: Uint8Array): void;
  /** Ends the socket after what was sent before. */
  close(why: string): void;
  /** Pings; ends the socket when the last ping was not answered. */
  beat(): void;
}

/** `carrier` is the connection under `socket`. */
export function startSession(
  socket: WebSocket,
  carrier: Duplex,
  config: TrackerSocketConfig,
  events: SessionEvents,
): TrackerSession {
  let alive = true;
  let corked = false;
  const uncork = (): void => {
    corked = false;
    carrier.uncork();
  };
  socket.on('message', (data, isBinary) => {
    // A text frame is no message of ours: an empty frame is a violation to whoever reads it.
    events.frame(isBinary ? (data as Buffer) : new Uint8Array());
  });
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => events.closed());
  return {
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > config.bufferBytesMax) {
        socket.terminate();
        return;
      }
      if (!corked) {
        corked = true;
        carrier.cork();
        setImmediate(uncork);
      }
      socket.send(frame);
    },
    close: (why) => {
      socket.close(1008, why.slice(0, 100));
      // A peer that does not answer the closing handshake is cut.
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    },
    beat: () => {
      if (!alive) {
        socket.terminate();
        return;
      }
      alive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    },
  };
}

const CLOSE_MS = 2000;
