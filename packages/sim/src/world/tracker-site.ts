/**
 * The tracker in its world: sockets with a delay, a wake-up timer, and a machine that can be killed
 * and restarted.
 */
import {
  createTracker,
  type TrackerConfig,
  type TrackerInput,
  type TrackerOutput,
  type TrackerSnapshot,
} from '@shoal/core/tracker';
import { createRandom, type Ms, type Random } from '@shoal/core/units';
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

/** Who connects: how far it is, and what its address tells. */
export interface TrackerClient {
  readonly delayMs: Ms;
  readonly network: string;
  readonly region?: string | undefined;
  readonly asn?: string | undefined;
}

export interface Socket {
  send(message: ToTracker): void;
  close(): void;
}

interface Open {
  readonly events: SocketEvents;
  readonly delayMs: Ms;
}

export interface TrackerSiteSpec {
  readonly seed: number;
  readonly delayMs: Ms;
  readonly config?: TrackerConfig | undefined;
  /** A real clock, to measure how long the machine computes; without it, `busyMs` stays 0. */
  readonly clock?: (() => Ms) | undefined;
}

export class TrackerSite {
  readonly counts = { toTracker: 0, fromTracker: 0, bytesOut: 0, bytesIn: 0, busyMs: 0 };
  readonly #agenda: Agenda;
  readonly #media: Media;
  readonly #spec: TrackerSiteSpec;
  readonly #random: Random;
  readonly #open = new Map<number, Open>();
  /** Of every id that any life of this tracker gave out: the world can vouch for them. */
  readonly #secrets = new Map<string, string>();
  #machine: ReturnType<typeof createTracker> | undefined;
  #connections = 0;
  #lives = 0;
  #alarm = (): void => {};

  constructor(agenda: Agenda, media: Media, spec: TrackerSiteSpec) {
    this.#agenda = agenda;
    this.#media = media;
    this.#spec = spec;
    this.#random = createRandom(spec.seed ^ 0x7ac);
  }

  isUp(): boolean {
    return this.#machine !== undefined;
  }

  snapshot(): TrackerSnapshot | undefined {
    return this.#machine?.snapshot();
  }

  open(client: TrackerClient, events: SocketEvents): Socket {
    this.#connections += 1;
    const connection = this.#connections;
    const life = this.#lives;
    const delayMs = client.delayMs + this.#spec.delayMs;
    const later = (what: () => void): void => {
      this.#agenda.after(delayMs, () => this.#isLife(life) && what());
    };
    this.#agenda.after(delayMs * HANDSHAKE_WAYS, () => {
      if (this.#isLife(life)) this.#accept(connection, { events, delayMs }, client);
      else this.#agenda.after(delayMs, events.down);
    });
    return {
      send: (message) => {
        const bytes = encodeToTracker(message);
        this.counts.toTracker += 1;
        this.counts.bytesIn += bytes.length;
        later(() => this.#hear(connection, decodeToTracker(bytes)));
      },
      close: () =>
        later(() => {
          if (this.#open.delete(connection)) this.#feed({ type: 'closed', connection });
        }),
    };
  }

  /** The process dies: every socket breaks, everything is forgotten. */
  kill(): void {
    this.#machine = undefined;
    this.#lives += 1;
    this.#alarm();
    for (const { events, delayMs } of this.#open.values()) this.#agenda.after(delayMs, events.down);
    this.#open.clear();
  }

  start(): void {
    if (this.#machine !== undefined) return;
    const [agenda, media, config] = [this.#agenda, this.#media, this.#spec.config];
    this.#lives += 1;
    this.#machine = createTracker({
      seed: this.#spec.seed + this.#lives,
      now: agenda.now(),
      ...(config === undefined ? {} : { config }),
    });
    this.#feed({ type: 'stream', streamId: media.streamId, epoch: media.epoch });
    const listed = media.live ? media.listed(agenda.now()) : [];
    for (const sequence of listed) {
      for (let part = 0; part < media.parts; part++) this.#record(sequence, part);
    }
    if (media.live) this.#publish((listed.at(-1) ?? 0) + 1, 0, this.#lives);
  }

  #isLife(life: number): boolean {
    return this.#machine !== undefined && life === this.#lives;
  }

  #accept(connection: number, socket: Open, { network, region, asn }: TrackerClient): void {
    this.#open.set(connection, socket);
    const entropy = Uint8Array.from({ length: 24 }, () => this.#random.below(256));
    const place = {
      ...(region === undefined ? {} : { region }),
      ...(asn === undefined ? {} : { asn }),
    };
    this.#feed({ type: 'opened', connection, entropy, network, ...place });
    this.#agenda.after(socket.delayMs, () => {
      if (this.#open.has(connection)) socket.events.up();
    });
  }

  #hear(connection: number, message: ToTracker): void {
    if (!this.#open.has(connection)) return;
    const resume = message.type === 'join' ? message.resume : undefined;
    const proven = resume !== undefined && this.#secrets.get(resume.peer) === hex(resume.secret);
    this.#feed({ type: 'message', connection, message, proven });
  }

  #publish(sequence: number, part: number, life: number): void {
    const at = this.#media.publishedAt({ sequence, part }) + SIGN_MS;
    this.#agenda.after(Math.max(0, at - this.#agenda.now()), () => {
      if (!this.#isLife(life)) return;
      this.#record(sequence, part);
      const isLast = part + 1 === this.#media.parts;
      this.#publish(isLast ? sequence + 1 : sequence, isLast ? 0 : part + 1, life);
    });
  }

  #record(sequence: number, part: number): void {
    for (const rendition of this.#media.bitrates.keys()) {
      this.#feed({ type: 'record', sealed: this.#media.sealed({ rendition, sequence, part }) });
    }
  }

  #feed(input: TrackerInput): void {
    const { clock } = this.#spec;
    const began = clock?.() ?? 0;
    const outputs = this.#machine?.step(this.#agenda.now(), input) ?? [];
    this.counts.busyMs += (clock?.() ?? 0) - began;
    for (const output of outputs) this.#perform(output);
    this.#alarm();
    const wake = this.#machine?.wake();
    if (wake === undefined) return;
    const ms = wake.at - this.#agenda.now();
    this.#alarm = this.#agenda.after(ms, () => this.#feed({ type: 'wake' }));
  }

  #perform(output: TrackerOutput): void {
    const to = this.#open.get(output.connection);
    if (to === undefined) return;
    if (output.type === 'close') {
      this.#open.delete(output.connection);
      this.#agenda.after(to.delayMs, () => to.events.down());
      return;
    }
    const { message } = output;
    if (message.type === 'welcome') this.#secrets.set(message.peer, hex(message.secret));
    this.counts.fromTracker += 1;
    this.counts.bytesOut += encodeFromTracker(message).length;
    this.#agenda.after(to.delayMs, () => to.events.message(message));
  }
}

/** Publishing, signing and telling the tracker takes this long. */
const SIGN_MS = 20;
/** TCP and the upgrade, one way each. */
const HANDSHAKE_WAYS = 3;
