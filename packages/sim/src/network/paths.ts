/** The way between two hosts: how far it is, how steady, and what is lost on it. */
import type { Ms, Random } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import type { Access, Standing } from './access.js';

/** One flow of bytes from one host to another. */
export interface Flow {
  readonly up: string;
  readonly down: string;
  readonly bytes: number;
  /** When the last of an ordered flow arrives; what follows waits for it. */
  readonly order?: Order;
}

export interface Order {
  lastAt: Ms;
}

/** What lies between places, one way, beside what each host has to go to the middle of its own. */
export interface Distances {
  /** Between two regions. */
  readonly regionsMs: Ms;
  /** Between two operators of one region. */
  readonly networksMs: Ms;
}

export class Paths {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #distances: Distances;

  constructor(agenda: Agenda, random: Random, distances: Distances) {
    this.#agenda = agenda;
    this.#random = random;
    this.#distances = distances;
  }

  /** One way, on a good moment. */
  apartMs(a: Standing, b: Standing): Ms {
    return a.delayMs + b.delayMs + this.#betweenMs(a, b);
  }

  /** A host without a region or an operator is near everybody in that respect. */
  #betweenMs(a: Standing, b: Standing): Ms {
    const { regionsMs, networksMs } = this.#distances;
    if (differ(a.region, b.region)) return regionsMs + (a.outMs ?? 0) + (b.outMs ?? 0);
    return differ(a.asn, b.asn) ? networksMs : 0;
  }

  /** From the uplink of one to the downlink of the other. */
  cross(from: Access, to: Access, flow: Omit<Flow, 'up'>, arrived: () => void): void {
    const now = this.#agenda.now();
    let at = now + this.#wayMs(from, to, flow.bytes);
    if (flow.order !== undefined) {
      at = Math.max(at, flow.order.lastAt);
      flow.order.lastAt = at;
    }
    this.#agenda.after(at - now, () => to.down.send(flow.down, flow.bytes, arrived));
  }

  /** Through the uplink of one, the way between, and the downlink of the other. */
  carry(from: Access, to: Access, flow: Flow, on: { left?(): void; arrived(): void }): void {
    from.up.send(flow.up, flow.bytes, () => {
      on.left?.();
      this.cross(from, to, flow, on.arrived);
    });
  }

  /** Dice are cast only where they matter. */
  #wayMs(a: Access, b: Access, bytes: number): Ms {
    const apartMs = this.apartMs(a, b);
    const jitterMs = (a.jitterMs ?? 0) + (b.jitterMs ?? 0);
    const late = jitterMs > 0 ? this.#random.next() * jitterMs : 0;
    return apartMs + late + 2 * apartMs * this.#resends((a.loss ?? 0) + (b.loss ?? 0), bytes);
  }

  /** Rounds in which some packet of these bytes had to be sent again. */
  #resends(loss: number, bytes: number): number {
    if (loss <= 0) return 0;
    let packets = Math.ceil(bytes / PACKET_BYTES);
    let rounds = 0;
    while (rounds < ROUNDS_MAX) {
      let lost = 0;
      for (let i = 0; i < packets; i++) if (this.#random.next() < loss) lost += 1;
      if (lost === 0) break;
      rounds += 1;
      packets = lost;
    }
    return rounds;
  }
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

const PACKET_BYTES = 1_200;
/** Beyond this a connection would be given up. */
const ROUNDS_MAX = 8;
