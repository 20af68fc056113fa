/**
 * The tracker in its world: sockets with a delay, a wake-up timer, and a machine that can be killed
 * and restarted.
 */
import { createTracker, type TrackerInput, type TrackerOutput } from '@shoal/core/tracker';
import { createRandom, type Ms } from '@shoal/core/units';
import {
  decodeToTracker,
  encodeFromTracker,
  encodeToTracker,
  type FromTracker,
  hex,
  type ToTracker,
} from '@shoal/core/wire';
import type { Agenda } from '../agenda.js';
import type { Media } from './media.js';

/** The client's end of a socket. */
export interface SocketEvents {
  up(): void;
  message(message: FromTracker): void;
  down(): void;
}

export interface Socket {
  send(message: ToTracker): void;
  close(): void;
}

export interface TrackerSite {
  open(client: { readonly delayMs: Ms; readonly network: string }, events: SocketEvents): Socket;
  /** The process dies: every socket breaks, everything is forgotten. */
  kill(): void;
  start(): void;
  isUp(): boolean;
  snapshot(): ReturnType<ReturnType<typeof createTracker>['snapshot']> | undefined;
  readonly counts: { toTracker: number; fromTracker: number; bytesOut: number; bytesIn: number };
}

interface Open {
  readonly events: SocketEvents;
  readonly delayMs: Ms;
}

/** Publishing, signing and telling the tracker takes this long. */
const SIGN_MS = 20;

export function createTrackerSite(
  agenda: Agenda,
  media: Media,
  spec: { readonly seed: number; readonly delayMs: Ms },
): TrackerSite {
  const random = createRandom(spec.seed ^ 0x7ac);
  const open = new Map<number, Open>();
  const secrets = new Map<string, string>();
  const counts = { toTracker: 0, fromTracker: 0, bytesOut: 0, bytesIn: 0 };
  let machine: ReturnType<typeof createTracker> | undefined;
  let connections = 0;
  let lives = 0;
  let alarm = (): void => {};

  const feed = (input: TrackerInput): void => {
    if (machine === undefined) return;
    for (const output of machine.step(agenda.now(), input)) perform(output);
    alarm();
    const wake = machine?.wake();
    if (wake === undefined) return;
    alarm = agenda.after(wake.at - agenda.now(), () => feed({ type: 'wake' }));
  };
  const perform = (output: TrackerOutput): void => {
    const to = open.get(output.connection);
    if (to === undefined) return;
    if (output.type === 'close') {
      open.delete(output.connection);
      agenda.after(to.delayMs + 0.001, () => to.events.down());
      return;
    }
    const { message } = output;
    if (message.type === 'welcome') secrets.set(message.peer, hex(message.secret));
    counts.fromTracker += 1;
    counts.bytesOut += encodeFromTracker(message).length;
    agenda.after(to.delayMs, () => to.events.message(message));
  };
  /** The world can vouch for ids that any life of this tracker gave out. */
  const isProven = (message: ToTracker): boolean =>
    message.type === 'join' &&
    message.resume !== undefined &&
    secrets.get(message.resume.peer) === hex(message.resume.secret);

  const feedRecords = (sequence: number): void => {
    for (const rendition of media.bitrates.keys()) {
      feed({ type: 'record', sealed: media.sealed({ rendition, sequence }) });
    }
  };
  const publish = (sequence: number, life: number): void => {
    if (life !== lives || !media.live) return;
    const at = media.publishedAt(sequence) + SIGN_MS;
    agenda.after(at - agenda.now(), () => {
      if (life !== lives) return;
      feedRecords(sequence);
      publish(sequence + 1, life);
    });
  };
  const site: TrackerSite = {
    counts,
    open(client, events) {
      connections += 1;
      const connection = connections;
      const life = lives;
      const delayMs = client.delayMs + spec.delayMs;
      const isSame = (): boolean => machine !== undefined && life === lives;
      agenda.after(delayMs * 3, () => {
        if (!isSame()) {
          agenda.after(delayMs, events.down);
          return;
        }
        open.set(connection, { events, delayMs });
        const entropy = Uint8Array.from({ length: 24 }, () => random.below(256));
        feed({ type: 'opened', connection, entropy, network: client.network });
        agenda.after(delayMs, () => open.has(connection) && events.up());
      });
      return {
        send(message) {
          const bytes = encodeToTracker(message);
          counts.toTracker += 1;
          counts.bytesIn += bytes.length;
          agenda.after(delayMs, () => {
            if (!isSame() || !open.has(connection)) return;
            const proven = isProven(message);
            feed({ type: 'message', connection, message: decodeToTracker(bytes), proven });
          });
        },
        close() {
          agenda.after(delayMs, () => {
            if (open.delete(connection) && isSame()) feed({ type: 'closed', connection });
          });
        },
      };
    },
    kill() {
      machine = undefined;
      lives += 1;
      alarm();
      for (const { events, delayMs } of open.values()) agenda.after(delayMs, events.down);
      open.clear();
    },
    start() {
      if (machine !== undefined) return;
      lives += 1;
      machine = createTracker({ seed: spec.seed + lives, now: agenda.now() });
      feed({ type: 'stream', streamId: media.streamId, epoch: media.epoch });
      const listed = media.live ? media.listed(agenda.now()) : [];
      for (const sequence of listed) feedRecords(sequence);
      publish((listed.at(-1) ?? 0) + 1, lives);
    },
    isUp: () => machine !== undefined,
    snapshot: () => machine?.snapshot(),
  };
  return site;
}
