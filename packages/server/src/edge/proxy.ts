/** The edge's cache of somebody else's answers: one upstream fetch a target, however many ask. */
import {
  ABSENT_MS,
  type AnswerHead,
  type CacheConfig,
  type LifetimeConfig,
  mayStore,
  statusForViewer,
  useOf,
  worthKeeping,
} from '@shoal/core/edge';
import { LRUCache } from 'lru-cache';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { type ByteBudget, createBudget } from './budget.js';
import { type Fill, startFill } from './fill.js';
import { ageOf, conditionsOf, renew, type Stored, store } from './stored.js';
import type { Asked, Upstreams } from './upstreams.js';

/** What a viewer is sent, and how it came about (RFC 9211, without the cache's name). */
export type Served =
  | { readonly type: 'stored'; readonly object: Stored; readonly how: string }
  | {
      readonly type: 'flowing';
      readonly head: AnswerHead;
      readonly fill: Fill;
      readonly how: string;
    }
  | { readonly type: 'refused'; readonly status: number; readonly how: string };

export interface ProxyCache {
  /** The object, if it may be sent without a question. */
  fresh(target: string): Stored | undefined;
  /** Never rejects. `loop`: the `CDN-Loop` to pass on. */
  serve(target: string, loop?: string): Promise<Served>;
  readonly bytes: number;
  readonly objects: number;
}

export interface ProxyParts {
  readonly upstreams: Upstreams;
  readonly config: CacheConfig;
  readonly life: LifetimeConfig;
  /** Its name in `Via` and `CDN-Loop`. */
  readonly id: string;
  readonly meters: Meters;
  readonly log: Log;
  readonly now: () => number;
  readonly wall: () => number;
}

/** What became of one question to the upstreams. */
type Landed =
  | {
      readonly type: 'flowing';
      readonly head: AnswerHead;
      readonly fill: Fill;
      /** Whether those who wait for it may have it. */
      readonly shared: () => boolean;
    }
  | { readonly type: 'renewed'; readonly object: Stored }
  | { readonly type: 'failed'; readonly status: number };

/** A question under way, and when it was put. */
interface Flight {
  readonly at: number;
  readonly landed: Promise<Landed>;
}

export function createProxy(parts: ProxyParts): ProxyCache {
  return new CachingProxy(parts);
}

class CachingProxy implements ProxyCache {
  readonly #parts: ProxyParts;
  readonly #memory: LRUCache<string, Stored>;
  readonly #flights = new Map<string, Flight>();
  /** Targets whose answer belongs to its asker alone: nobody waits for another's. */
  readonly #unshared: LRUCache<string, number>;
  /** Failures remembered shortly, so that a crowd does not repeat the question. */
  readonly #failed: LRUCache<string, { readonly at: number; readonly status: number }>;
  readonly #budget: ByteBudget;

  constructor(parts: ProxyParts) {
    this.#parts = parts;
    this.#memory = new LRUCache({ maxSize: parts.config.bytesMax, sizeCalculation: weigh });
    this.#unshared = new LRUCache({ max: REMEMBERED_MAX });
    this.#failed = new LRUCache({ max: REMEMBERED_MAX });
    this.#budget = createBudget(parts.config.fillBytesMax);
  }

  get bytes(): number {
    return this.#memory.calculatedSize ?? 0;
  }

  get objects(): number {
    return this.#memory.size;
  }

  fresh(target: string): Stored | undefined {
    const object = this.#memory.get(target);
    if (object === undefined) return undefined;
    return this.#useOf(object) === 'fresh' ? object : undefined;
  }

  async serve(target: string, loop?: string): Promise<Served> {
    const held = this.#memory.get(target);
    const use = held === undefined ? 'expired' : this.#useOf(held);
    if (held !== undefined && use === 'fresh') return stored(held, this.#hit(held));
    if (this.#isUnshared(target)) return landed(await this.#ask(target, undefined, loop), 'bypass');
    const joins = this.#flights.get(target);
    const failed = joins === undefined ? this.#failure(target) : undefined;
    const flight = failed ?? joins ?? this.#lead(target, held, loop);
    if (held !== undefined && use === 'renew')
      return stored(held, `${this.#hit(held)}; detail=renewing`);
    const answer =
      held !== undefined && use === 'stand-in'
        ? await atMost(flight.landed, flight.at + held.life.cutOffMs - this.#parts.now())
        : await flight.landed;
    if (held !== undefined && use === 'stand-in' && (answer === undefined || unable(answer))) {
      if (answer?.type === 'flowing') this.#parts.log.debug({ target }, 'stale for an error');
      return stored(held, `${this.#hit(held)}; detail=stand-in`);
    }
    if (answer === undefined) return refusal(504);
    if (joins !== undefined && answer.type === 'flowing' && !answer.shared()) {
      return landed(await this.#ask(target, undefined, loop), 'bypass');
    }
    const why = held === undefined ? 'miss' : 'stale';
    return landed(answer, joins === undefined ? why : `${why}; collapsed`);
  }

  #useOf(object: Stored) {
    return useOf(ageOf(object, this.#parts.now()), object.life);
  }

  #hit(object: Stored): string {
    const left = object.life.freshMs - ageOf(object, this.#parts.now());
    return `hit; ttl=${Math.floor(left / 1000)}`;
  }

  /** Begins the one question that everybody shares. */
  #lead(target: string, held: Stored | undefined, loop: string | undefined): Flight {
    const landed = this.#ask(target, held, loop, () => this.#flights.delete(target));
    const flight = { at: this.#parts.now(), landed };
    this.#flights.set(target, flight);
    return flight;
  }

  /** `ended` is called once, when nobody may join any more. Never rejects. */
  async #ask(
    target: string,
    held: Stored | undefined,
    loop: string | undefined,
    ended: () => void = () => {},
  ): Promise<Landed> {
    const { upstreams, config, meters, now, wall, life } = this.#parts;
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), config.silenceMsMax);
    meters.fetched('media');
    try {
      const asked = await upstreams.ask(target, this.#headers(held, loop), gone.signal);
      const arrival = { now: now(), wallMs: wall(), delayMs: asked.delayMs };
      if (held !== undefined && asked.head.status === 304) {
        asked.body.resume();
        const object = renew(held, asked.head, arrival, life);
        this.#memory.set(target, object);
        ended();
        return { type: 'renewed', object };
      }
      return this.#pour(target, asked, arrival, ended);
    } catch (error) {
      this.#parts.log.debug({ target, err: error }, 'no upstream answered');
      return this.#fail(target, statusForViewer(0), ended);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes the body in, for everybody who waits; keeps it if that is allowed. */
  #pour(
    target: string,
    { head, body }: Asked,
    arrival: Parameters<typeof store>[3],
    ended: () => void,
  ): Landed {
    const { config, meters, life } = this.#parts;
    if (head.status < 200 || head.status === 304 || head.status === 206 || isEncoded(head)) {
      body.destroy();
      return this.#fail(target, 502, ended);
    }
    const keeps = mayStore(head);
    const shared = keeps || head.status >= 500;
    const alone = (): void => void this.#unshared.set(target, arrival.now);
    if (!shared) alone();
    if (!keeps && head.status >= 500)
      this.#failed.set(target, { at: arrival.now, status: head.status });
    const fill = startFill({
      open: async (signal) => {
        signal.addEventListener('abort', () => body.destroy());
        return { status: 200, length: lengthOf(head), type: undefined, body, local: false };
      },
      config,
      turn: (work) => work(),
      onBytes: meters.received,
      pass: {
        budget: this.#budget,
        onPassing: () => {
          alone();
          ended();
        },
      },
      onEnd: (fill) => {
        if (keeps && isWhole(fill) && worthKeeping(fill.received, config)) {
          const whole = Buffer.concat(fill.chunks);
          this.#memory.set(target, store(target, head, whole, arrival, life));
        }
        ended();
      },
    });
    return { type: 'flowing', head, fill, shared: () => shared && !fill.passing };
  }

  #fail(target: string, status: number, ended: () => void): Landed {
    this.#failed.set(target, { at: this.#parts.now(), status });
    ended();
    return { type: 'failed', status };
  }

  #failure(target: string): Flight | undefined {
    const failed = this.#failed.get(target);
    if (failed === undefined || this.#parts.now() - failed.at >= ABSENT_MS) return undefined;
    return { at: failed.at, landed: Promise.resolve({ type: 'failed', status: failed.status }) };
  }

  #isUnshared(target: string): boolean {
    const at = this.#unshared.get(target);
    return at !== undefined && this.#parts.now() - at < UNSHARED_MS;
  }

  /** Nothing of a viewer's request but its target: what is not in the key cannot poison. */
  #headers(held: Stored | undefined, loop: string | undefined): Record<string, string> {
    const { id } = this.#parts;
    return {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'shoal-edge',
      via: `1.1 ${id}`,
      'cdn-loop': loop === undefined ? id : `${loop}, ${id}`,
      ...(held === undefined ? {} : conditionsOf(held)),
    };
  }
}

function weigh(object: Stored): number {
  return object.body.length + HEAD_BYTES;
}

function stored(object: Stored, how: string): Served {
  return { type: 'stored', object, how };
}

function refusal(status: number): Served {
  return { type: 'refused', status, how: `fwd=miss; fwd-status=${status}` };
}

function landed(answer: Landed, why: string): Served {
  switch (answer.type) {
    case 'renewed':
      return stored(answer.object, `fwd=${why}; fwd-status=304`);
    case 'failed':
      return refusal(answer.status);
    case 'flowing': {
      const how = `fwd=${why}; fwd-status=${answer.head.status}`;
      return { type: 'flowing', head: answer.head, fill: answer.fill, how };
    }
  }
}

function isWhole(fill: Fill): boolean {
  return fill.status === 'full' && !fill.passing;
}

/** Whether an answer says no more than that the upstream cannot. */
function unable(answer: Landed): boolean {
  if (answer.type === 'failed') return answer.status >= 500;
  return answer.type === 'flowing' && answer.head.status >= 500;
}

/** The answer, or undefined when it is not there in time. */
async function atMost(flight: Promise<Landed>, ms: number): Promise<Landed | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const first = await Promise.race([flight, late]);
  clearTimeout(timer);
  return first;
}

/** We ask for none: an encoding would have to be undone to cut ranges out of it. */
function isEncoded({ headers }: AnswerHead): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  return encoding !== 'identity' && encoding !== '';
}

function lengthOf({ headers }: AnswerHead): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

/** Targets whose failure or privacy is remembered. */
const REMEMBERED_MAX = 10_000;
/** How long an answer that was private once is taken to be so. */
const UNSHARED_MS = 10_000;
/** What an object takes besides its bytes: headers, key, entry. */
const HEAD_BYTES = 2048;
