/** One answer of the edge under way: streamed in chunks, given up when silent or undone. */
import { Bytes, type Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import type { Order, Paths } from '../network/paths.js';
import type { Segment } from './media.js';

export interface EdgeGet {
  /** Who asks, for the books. */
  readonly client: string;
  /** A request without a byte for so long has failed: its client gives up. */
  readonly silenceMs: Ms;
  readonly segment: Segment;
  readonly from: Bytes;
  readonly to: Bytes | undefined;
}

export interface EdgeEvents {
  /** All bytes so far. */
  bytes(total: Bytes): void;
  ended(done: boolean, total: Bytes, status: number): void;
}

/** Where answers come from. */
export interface EdgeSite {
  readonly agenda: Agenda;
  readonly paths: Paths;
  readonly edge: Access;
}

export class EdgeAnswer {
  readonly #agenda: Agenda;
  readonly #paths: Paths;
  readonly #client: Access;
  readonly #edge: Access;
  readonly #flow: string;
  readonly #silenceMs: Ms;
  readonly #events: EdgeEvents;
  readonly #order: Order = { lastAt: 0 };
  #got = Bytes(0);
  #isOver = false;
  #heardAt: Ms;
  #quiet = (): void => {};

  constructor(
    { agenda, paths, edge }: EdgeSite,
    client: Access,
    what: { readonly flow: string; readonly request: EdgeGet; readonly events: EdgeEvents },
  ) {
    this.#agenda = agenda;
    this.#paths = paths;
    this.#client = client;
    this.#edge = edge;
    this.#flow = what.flow;
    this.#silenceMs = what.request.silenceMs;
    this.#events = what.events;
    this.#heardAt = agenda.now();
    this.#listen(this.#silenceMs);
  }

  refuse(status: number): void {
    this.#agenda.after(this.#apart(), () => this.#end(false, status));
  }

  /** `left` books each chunk as it leaves the edge. */
  send(length: Bytes, isCut: boolean, left: (bytes: Bytes) => void): void {
    if (this.#isOver) return;
    const end = isCut ? Math.floor(length / 2) : length;
    for (let at = 0; at < end; at += CHUNK) {
      const bytes = Math.min(CHUNK, end - at);
      const arrived = (): void => {
        this.#take(Bytes(at + bytes));
        if (at + bytes >= end) this.#end(!isCut, isCut ? 0 : 200);
      };
      const flow = { up: this.#flow, down: this.#flow, bytes, order: this.#order };
      this.#paths.carry(this.#edge, this.#client, flow, {
        left: () => left(Bytes(bytes)),
        arrived,
      });
    }
    if (end === 0) this.#end(!isCut, isCut ? 0 : 200);
  }

  /** The client hangs up; the edge hears of it one way later. */
  stop(): void {
    this.#isOver = true;
    this.#quiet();
    this.#client.down.cut(this.#flow);
    this.#agenda.after(this.#apart(), () => this.#edge.up.cut(this.#flow));
  }

  #apart(): Ms {
    return this.#paths.apartMs(this.#client, this.#edge);
  }

  #take(total: Bytes): void {
    if (this.#isOver) return;
    this.#got = total;
    this.#heardAt = this.#agenda.now();
    this.#events.bytes(total);
  }

  #end(done: boolean, status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#quiet();
    this.#events.ended(done, this.#got, status);
  }

  /** Looks in `ms` whether it has been silent for too long by then. */
  #listen(ms: Ms): void {
    this.#quiet = this.#agenda.after(ms, () => {
      const left = this.#heardAt + this.#silenceMs - this.#agenda.now();
      if (left > 0) this.#listen(left);
      else {
        this.stop();
        this.#events.ended(false, this.#got, 0);
      }
    });
  }
}

const CHUNK = 16_384;
