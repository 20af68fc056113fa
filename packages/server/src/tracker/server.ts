/** The tracker's world: sockets, entropy, the clock and the wake timer around the pure machine. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TrackerInput, TrackerOutput, TrackerSnapshot, TrackerWhy } from '@shoal/core/tracker';
import type { Machine, Ms } from '@shoal/core/units';
import {
  decodeToTracker,
  encodeFromTracker,
  type FromTracker,
  type ToTracker,
} from '@shoal/core/wire';
import type { Upgrade } from '../http/server.js';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { DEFAULT_TRACKER_SOCKETS, type TrackerSocketConfig } from './config.js';
import { acceptSockets } from './http.js';
import { startSession, type TrackerSession } from './session.js';

/** The machine that is driven here. */
export interface TrackerMachine extends Machine<TrackerInput, TrackerOutput, TrackerWhy> {
  snapshot(): TrackerSnapshot;
}

export interface TrackerParts {
  readonly machine: TrackerMachine;
  /** 32 bytes: a session's secret is a keyed hash of its id, so sessions outlive a restart. */
  readonly secretKey: Buffer;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  readonly meters: Meters;
  readonly config?: TrackerSocketConfig;
}

export interface TrackerServer {
  /** Takes over a WebSocket request. */
  readonly upgrade: Upgrade;
  /** Streams and records of the origin. */
  feed(input: Extract<TrackerInput, { type: 'stream' | 'stream-ended' | 'record' }>): void;
  snapshot(): TrackerSnapshot;
  close(): void;
}

export function startTracker(parts: TrackerParts): TrackerServer {
  const { machine, now, log, config = DEFAULT_TRACKER_SOCKETS } = parts;
  const sessions = new Map<number, TrackerSession>();
  const encode = encodeOnce();
  const alarm = alarmClock(now, () => step({ type: 'wake' }));
  let next = 1;

  const perform = (output: TrackerOutput): void => {
    const session = sessions.get(output.connection);
    if (output.type === 'send') session?.send(encode(output.message));
    else session?.close(output.why);
  };
  const step = (input: TrackerInput): void => {
    try {
      for (const output of machine.step(now(), input)) perform(output);
    } catch (error) {
      // A bug of ours ends the session that met it, never the edge in the same process.
      parts.meters.failed('tracker-bug');
      log.error({ err: error, input: input.type }, 'the tracker met a bug');
      if ('connection' in input) sessions.get(input.connection)?.close('internal error');
    }
    alarm.hasten(machine.wake()?.at);
  };

  const accept = acceptSockets(
    config,
    () => sessions.size,
    (socket, carrier, network) => {
      const connection = next++;
      const frame = (bytes: Uint8Array): void => {
        const message = readMessage(bytes);
        if (message === undefined) parts.meters.failed('tracker-violation');
        if (message === undefined) step({ type: 'violation', connection });
        else
          step({
            type: 'message',
            connection,
            message,
            proven: isProven(parts.secretKey, message),
          });
      };
      const closed = (): void => {
        if (sessions.delete(connection)) step({ type: 'closed', connection });
      };
      sessions.set(connection, startSession(socket, carrier, config, { frame, closed }));
      log.debug({ network, connection }, 'a peer connected');
      step({ type: 'opened', connection, entropy: entropy(parts.secretKey), network });
    },
  );
  const beat = setInterval(() => {
    for (const session of [...sessions.values()]) session.beat();
  }, config.pingMs);
  return {
    upgrade: accept.upgrade,
    feed: step,
    snapshot: () => machine.snapshot(),
    close: () => {
      alarm.stop();
      clearInterval(beat);
      accept.close();
    },
  };
}

/** What a frame says, or undefined when it breaks the rules of the wire. */
function readMessage(bytes: Uint8Array): ToTracker | undefined {
  try {
    return decodeToTracker(bytes);
  } catch {
    return undefined;
  }
}

/** Eight random bytes for the id, and its secret. */
function entropy(key: Buffer): Uint8Array {
  const id = randomBytes(8);
  return new Uint8Array(Buffer.concat([id, secretOf(key, id.toString('hex'))]));
}

function isProven(key: Buffer, message: ToTracker): boolean {
  if (message.type !== 'join' || message.resume === undefined) return false;
  const { peer, secret } = message.resume;
  return secret.length === SECRET_BYTES && timingSafeEqual(secret, secretOf(key, peer));
}

function secretOf(key: Buffer, peer: string): Buffer {
  return createHmac('sha256', key).update(`peer ${peer}`).digest().subarray(0, SECRET_BYTES);
}

/** An announcement goes to every peer of a cluster: it is encoded once. */
function encodeOnce(): (message: FromTracker) => Uint8Array {
  const encoded = new WeakMap<FromTracker, Uint8Array>();
  return (message) => {
    const bytes = encoded.get(message) ?? encodeFromTracker(message);
    encoded.set(message, bytes);
    return bytes;
  };
}

const SECRET_BYTES = 16;

/** Rings at the earliest time it was told: put off by each message, it might never ring. */
function alarmClock(
  now: () => Ms,
  ring: () => void,
): { hasten(at: Ms | undefined): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let ringsAt: Ms = Number.POSITIVE_INFINITY;
  return {
    hasten(at = Number.POSITIVE_INFINITY) {
      if (at >= ringsAt) return;
      clearTimeout(timer);
      ringsAt = at;
      timer = setTimeout(
        () => {
          ringsAt = Number.POSITIVE_INFINITY;
          ring();
        },
        Math.max(0, Math.ceil(at - now())),
      );
    },
    stop: () => clearTimeout(timer),
  };
}
