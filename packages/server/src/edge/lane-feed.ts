/** Feeds one connection of the fast lane from a fetch, while it arrives. */
import type { Socket } from 'node:net';
import type { PatienceConfig } from './config.js';
import type { Fill } from './fill.js';
import type { Reader } from './window.js';

export interface FeedParts {
  readonly fill: Fill;
  readonly patience: PatienceConfig;
  /** Whether nothing is sent before all is there, if it can be held: not so with media. */
  readonly whole: boolean;
  /** Written with the first bytes. */
  readonly head: () => Buffer;
  /** Counts what is sent. */
  readonly onBytes: (bytes: number) => void;
  /** Called once, when all has gone. */
  readonly done: () => void;
  /** Called instead when the answer was cut, and the connection with it. */
  readonly cut: () => void;
}

export function feedLane(socket: Socket, parts: FeedParts): void {
  new LaneFeed(socket, parts).step();
}

class LaneFeed {
  readonly #socket: Socket;
  readonly #parts: FeedParts;
  readonly #reader: Reader;
  readonly #unwatch: () => void;
  #chunked: boolean | undefined;
  /** Runs while the viewer has not taken what was written. */
  #blocked: NodeJS.Timeout | undefined;

  constructor(socket: Socket, parts: FeedParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#reader = parts.fill.read();
    this.#unwatch = parts.fill.watch(this.step);
    socket.on('drain', this.#drained).on('close', this.#closed);
  }

  /** Writes what has come since, unless the viewer has yet to take what came before. */
  readonly step = (): void => {
    if (this.#blocked !== undefined) return;
    const { fill, patience } = this.#parts;
    this.#socket.cork();
    const taken = this.#writeAll();
    this.#socket.uncork();
    if (!taken && this.#socket.writableLength > 0) {
      this.#blocked = setTimeout(() => this.#socket.destroy(), patience.graceMs);
    } else if (fill.status === 'full') this.#finish();
    else if (fill.status === 'failed') this.#socket.destroy();
  };

  /** False when the socket wants no more for now. */
  #writeAll(): boolean {
    const { fill, head, whole, onBytes } = this.#parts;
    const begins = this.#chunked === undefined;
    const waits = fill.received === 0 || (whole && !fill.passing);
    if (begins && waits && fill.status !== 'full') return true;
    if (begins) {
      this.#chunked = fill.length === undefined;
      this.#socket.write(head());
    }
    let taken = true;
    for (let bytes = this.#next(); bytes !== undefined; bytes = this.#next()) {
      onBytes(bytes.length);
      taken = this.#write(bytes);
      // What passes through is taken no faster than it is sent.
      if (!taken && fill.passing) break;
    }
    return taken;
  }

  #next(): Buffer | undefined {
    return this.#reader.next(Number.POSITIVE_INFINITY);
  }

  #write(bytes: Buffer): boolean {
    if (this.#chunked !== true) return this.#socket.write(bytes);
    this.#socket.write(`${bytes.length.toString(16)}\r\n`);
    this.#socket.write(bytes);
    return this.#socket.write('\r\n');
  }

  readonly #drained = (): void => {
    clearTimeout(this.#blocked);
    this.#blocked = undefined;
    this.step();
  };

  #finish(): void {
    if (this.#chunked === true) this.#socket.write('0\r\n\r\n');
    this.#leave();
    this.#parts.done();
  }

  readonly #leave = (): void => {
    clearTimeout(this.#blocked);
    this.#unwatch();
    this.#reader.close();
    this.#socket.off('drain', this.#drained).off('close', this.#closed);
  };

  readonly #closed = (): void => {
    this.#leave();
    this.#parts.cut();
  };
}
