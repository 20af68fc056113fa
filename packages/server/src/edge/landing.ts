/** What becomes of a question to the upstreams, and what its viewers are sent for it. */
import type { AnswerHead } from '@shoal/core/edge';
import type { Fill } from './fill.js';
import type { Stored } from './stored.js';

/** What a viewer is sent, and how it came about (RFC 9211, without the cache's name). */
export type Served =
  | { readonly type: 'stored'; readonly object: Stored; readonly how: string }
  | {
      readonly type: 'flowing';
      readonly head: AnswerHead;
      readonly fill: Fill;
      readonly how: string;
      /** For this viewer alone. */
      readonly cookies: readonly string[];
    }
  | { readonly type: 'refused'; readonly status: number; readonly how: string };

/** What became of one question to the upstreams. */
export type Landed =
  | {
      readonly type: 'flowing';
      readonly head: AnswerHead;
      readonly fill: Fill;
      /** Whether those who wait for it may have it, and under which key. */
      readonly shared: () => boolean;
      readonly key: string;
      readonly cookies: readonly string[];
    }
  | { readonly type: 'renewed'; readonly object: Stored }
  | { readonly type: 'failed'; readonly status: number };

/** A question under way, and when it was put. */
export interface Flight {
  readonly at: number;
  readonly target: string;
  /** Those who may wait for it share it; undefined: nobody may. */
  readonly line: string | undefined;
  landed: Promise<Landed>;
  /** False when the target was invalidated meanwhile. */
  current: boolean;
}

/** All questions under way. */
export class Flights {
  readonly #under = new Set<Flight>();
  readonly #joinable = new Map<string, Flight>();

  /** The one that all of this line may wait for. */
  of(line: string): Flight | undefined {
    return this.#joinable.get(line);
  }

  begin(target: string, line: string | undefined, at: number): Flight {
    const flight: Flight = { at, target, line, landed: NEVER, current: true };
    this.#under.add(flight);
    if (line !== undefined) this.#joinable.set(line, flight);
    return flight;
  }

  /** Nobody waits for it any more; after that it changes nothing that is kept. */
  end(flight: Flight): void {
    this.#under.delete(flight);
    this.#close(flight);
  }

  /** What was asked for of this target is not kept, nor given to whoever asks from now on. */
  invalidate(target: string): void {
    for (const flight of this.#under) {
      if (flight.target !== target) continue;
      flight.current = false;
      this.#close(flight);
    }
  }

  /** Whoever asks from now on is not given what was asked for before. */
  release(isMeant: (target: string) => boolean): void {
    for (const flight of this.#under) if (isMeant(flight.target)) this.#close(flight);
  }

  #close(flight: Flight): void {
    const { line } = flight;
    // Another one may be under way in its place.
    if (line !== undefined && this.#joinable.get(line) === flight) this.#joinable.delete(line);
  }
}

export function stored(object: Stored, how: string): Served {
  return { type: 'stored', object, how };
}

export function refusal(status: number): Served {
  return { type: 'refused', status, how: `fwd=miss; fwd-status=${status}` };
}

export function landed(answer: Landed, why: string): Served {
  switch (answer.type) {
    case 'renewed':
      return stored(answer.object, `fwd=${why}; fwd-status=304`);
    case 'failed':
      return refusal(answer.status);
    case 'flowing': {
      const how = `fwd=${why}; fwd-status=${answer.head.status}`;
      const { head, fill, cookies } = answer;
      return { type: 'flowing', head, fill, how, cookies };
    }
  }
}

/** Whether an answer says no more than that the upstream cannot. */
export function unable(answer: Landed): boolean {
  if (answer.type === 'failed') return answer.status >= 500;
  return answer.type === 'flowing' && answer.head.status >= 500;
}

/** The answer, or undefined when it is not there in time. */
export async function atMost(flight: Promise<Landed>, ms: number): Promise<Landed | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const first = await Promise.race([flight, late]);
  clearTimeout(timer);
  return first;
}

const NEVER = new Promise<never>(() => {});
