/** The edge's cache of somebody else's answers: one upstream fetch a target, however many ask. */
import {
  type AnswerHead,
  type CacheConfig,
  hasCredentials,
  isPurged,
  type LifetimeConfig,
  mayStore,
  type Purge,
  statusForViewer,
  useOf,
  variesBy,
  worthKeeping,
} from '@shoal/core/edge';
import { LRUCache } from 'lru-cache';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { type ByteBudget, createBudget } from './budget.js';
import type { DiskTier } from './disk.js';
import { startFill } from './fill.js';
import {
  atMost,
  type Flight,
  Flights,
  type Landed,
  landed,
  refusal,
  type Served,
  stored,
  unable,
} from './landing.js';
import { ageOf, conditionsOf, renew, type Stored, store } from './stored.js';
import { Tiers } from './tiers.js';
import type { Asked, Upstreams } from './upstreams.js';
import { Variants } from './variants.js';

/** What upstreams are told of a request besides its target. */
export interface Told {
  /** The `CDN-Loop` to pass on. */
  readonly loop?: string | undefined;
  /** Headers to pass on, names in lower case; without them every viewer is a stranger. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProxyCache {
  /** The object, if it may be sent to everybody without a question. */
  fresh(target: string): Stored | undefined;
  /** Never rejects. */
  serve(target: string, told?: Told): Promise<Served>;
  /** Nothing of this target that was stored or asked for before is sent again. */
  invalidate(target: string): void;
  /**
   * Forgets objects, or takes them for stale; answers how many of those in memory. What is on disk
   * alone, or on its way, is held to it. Throws when it would not outlive the process as that does.
   */
  purge(purges: readonly Purge[]): number;
  readonly bytes: number;
  readonly objects: number;
}

export interface ProxyParts {
  readonly upstreams: Upstreams;
  readonly config: CacheConfig;
  readonly life: LifetimeConfig;
  /** What outlives the process, if anything. */
  readonly disk?: DiskTier | undefined;
  /** Its name in `Via` and `CDN-Loop`. */
  readonly id: string;
  readonly meters: Meters;
  readonly log: Log;
  readonly now: () => number;
  readonly wall: () => number;
}

/** One question to the upstreams, and what is known before it is put. */
interface Question {
  readonly target: string;
  /** Under which its answer is looked for. */
  readonly key: string;
  /** Those who may wait for one answer share it. */
  readonly line: string;
  readonly told: Told;
  readonly held: Stored | undefined;
}

/** A failure of one line. */
interface Failure {
  readonly target: string;
  readonly at: number;
  readonly status: number;
}

export function createProxy(parts: ProxyParts): ProxyCache {
  return new CachingProxy(parts);
}

class CachingProxy implements ProxyCache {
  readonly #parts: ProxyParts;
  readonly #tiers: Tiers;
  readonly #variants = new Variants();
  readonly #flights = new Flights();
  /** Lines whose answer belongs to its asker alone: nobody waits for another's. */
  readonly #unshared: LRUCache<string, number>;
  /** Failures remembered shortly, so that a crowd does not repeat the question. */
  readonly #failed: LRUCache<string, Failure>;
  readonly #budget: ByteBudget;

  constructor(parts: ProxyParts) {
    this.#parts = parts;
    this.#unshared = new LRUCache({ max: REMEMBERED_MAX });
    this.#failed = new LRUCache({ max: REMEMBERED_MAX });
    this.#budget = createBudget(parts.config.fillBytesMax);
    this.#tiers = new Tiers({ ...parts, bytesMax: parts.config.bytesMax, budget: this.#budget });
  }

  get bytes(): number {
    return this.#tiers.bytes;
  }

  get objects(): number {
    return this.#tiers.objects;
  }

  fresh(target: string): Stored | undefined {
    if (this.#variants.has(target)) return undefined;
    const object = this.#tiers.get(target);
    if (object === undefined) return undefined;
    return this.#useOf(object) === 'fresh' ? object : undefined;
  }

  async serve(target: string, told: Told = {}): Promise<Served> {
    if (this.#tiers.isAway(target)) await this.#tiers.recall(target);
    const served = await this.#attempt(target, told);
    if (served !== undefined) return served;
    // What came was another variant; which one is ours is known now.
    return (await this.#attempt(target, told)) ?? this.#alone(this.#question(target, told));
  }

  invalidate(target: string): void {
    this.#tiers.remove(target);
    this.#variants.forget(target);
    this.#flights.invalidate(target);
  }

  purge(purges: readonly Purge[]): number {
    const isMeant = (target: string): boolean =>
      purges.some((purge) => isPurged(purge, target, undefined));
    this.#flights.release(isMeant);
    for (const [line, { target }] of [...this.#failed.entries()]) {
      if (isMeant(target)) this.#failed.delete(line);
    }
    return this.#tiers.purge(purges);
  }

  /** Undefined when all that came is an answer to other headers. */
  async #attempt(target: string, told: Told): Promise<Served | undefined> {
    const question = this.#question(target, told);
    const { held, line } = question;
    const use = held === undefined ? 'expired' : this.#useOf(held);
    if (held !== undefined && use === 'fresh') return stored(held, this.#hit(held));
    if (this.#isUnshared(line)) return this.#alone(question);
    const joins = this.#flights.of(line);
    const failed = joins === undefined ? this.#failure(line) : undefined;
    const flight = failed ?? joins ?? this.#lead(question);
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
    if (joins !== undefined && answer.type === 'flowing') {
      if (!answer.shared()) return this.#alone(question);
      if (this.#variants.keyOf(target, told.headers) !== answer.key) return undefined;
    }
    const why = held === undefined ? 'miss' : 'stale';
    return landed(answer, joins === undefined ? why : `${why}; collapsed`);
  }

  #question(target: string, told: Told): Question {
    const key = this.#variants.keyOf(target, told.headers);
    // The answer to somebody known may be of no use to others, so they do not wait for it.
    const line = told.headers !== undefined && hasCredentials(told.headers) ? `${key} known` : key;
    return { target, key, line, told, held: this.#tiers.get(key) };
  }

  #useOf(object: Stored) {
    return useOf(ageOf(object, this.#parts.now()), object.life);
  }

  #hit(object: Stored): string {
    const left = object.life.freshMs - ageOf(object, this.#parts.now());
    return `hit; ttl=${Math.floor(left / 1000)}`;
  }

  async #alone(question: Question): Promise<Served> {
    const flight = this.#flights.begin(question.target, undefined, this.#parts.now());
    return landed(await this.#ask({ ...question, held: undefined }, flight), 'bypass');
  }

  /** Begins the one question that everybody shares. */
  #lead(question: Question): Flight {
    const flight = this.#flights.begin(question.target, question.line, this.#parts.now());
    flight.landed = this.#ask(question, flight);
    return flight;
  }

  /** Never rejects. */
  async #ask(question: Question, flight: Flight): Promise<Landed> {
    const { upstreams, config, meters, now, wall, life } = this.#parts;
    const { target, key, told, held } = question;
    const mark = this.#tiers.mark();
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), config.silenceMsMax);
    meters.fetched('media');
    try {
      const asked = await upstreams.ask(target, this.#headers(held, told), gone.signal);
      const arrival = { now: now(), wallMs: wall(), delayMs: asked.delayMs };
      if (held !== undefined && asked.head.status === 304) {
        asked.body.resume();
        const object = renew(held, asked.head, arrival, life);
        if (flight.current) this.#tiers.keep(key, object, mark, held);
        this.#flights.end(flight);
        return { type: 'renewed', object };
      }
      return this.#pour(question, asked, arrival, flight, mark);
    } catch (error) {
      this.#parts.log.debug({ target, err: error }, 'no upstream answered');
      return this.#fail(question, flight, statusForViewer(0));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes the body in, for everybody who waits; keeps it if that is allowed. */
  #pour(
    question: Question,
    { head, body, cookies }: Asked,
    arrival: Parameters<typeof store>[3],
    flight: Flight,
    mark: number,
  ): Landed {
    const { config, meters, life } = this.#parts;
    const { target, key, line, told } = question;
    if (head.status < 200 || head.status === 304 || head.status === 206) {
      body.destroy();
      return this.#fail(question, flight, 502);
    }
    const keeps = mayStore(head, personalOf(told, cookies));
    const shared = keeps || head.status >= 500;
    const alone = (): void => void this.#unshared.set(line, arrival.now);
    if (!shared) alone();
    if (!keeps && head.status >= 500)
      this.#failed.set(line, { target, at: arrival.now, status: head.status });
    if (keeps && told.headers !== undefined) {
      this.#variants.learn(target, variesBy(head.headers.vary) ?? []);
    }
    const under = keeps ? this.#variants.keyOf(target, told.headers) : key;
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
          this.#flights.end(flight);
        },
      },
      onEnd: (fill) => {
        const whole = fill.status === 'full' && !fill.passing;
        if (keeps && flight.current && whole && worthKeeping(fill.received, config)) {
          const bytes = Buffer.concat(fill.chunks);
          this.#tiers.keep(under, store(target, head, bytes, arrival, life), mark);
        }
        this.#flights.end(flight);
      },
    });
    return {
      ...{ type: 'flowing', head, fill, key: under, shared: () => shared && !fill.passing },
      cookies: shared || told.headers === undefined ? [] : cookies,
    };
  }

  #fail({ target, line }: Question, flight: Flight, status: number): Landed {
    this.#failed.set(line, { target, at: this.#parts.now(), status });
    this.#flights.end(flight);
    return { type: 'failed', status };
  }

  #failure(line: string): Pick<Flight, 'at' | 'landed'> | undefined {
    const failed = this.#failed.get(line);
    if (failed === undefined || this.#parts.now() - failed.at >= this.#parts.life.errorMs) {
      return undefined;
    }
    return { at: failed.at, landed: Promise.resolve({ type: 'failed', status: failed.status }) };
  }

  #isUnshared(line: string): boolean {
    const at = this.#unshared.get(line);
    return at !== undefined && this.#parts.now() - at < UNSHARED_MS;
  }

  /** What is not in the key cannot poison: by default nothing of a request but its target. */
  #headers(held: Stored | undefined, { headers, loop }: Told): Record<string, string> {
    const { id } = this.#parts;
    return {
      accept: '*/*',
      'user-agent': 'shoal-edge',
      ...headers,
      'accept-encoding': 'identity',
      via: `1.1 ${id}`,
      'cdn-loop': loop === undefined ? id : `${loop}, ${id}`,
      ...(held === undefined ? {} : conditionsOf(held)),
    };
  }
}

function personalOf({ headers }: Told, cookies: readonly string[]) {
  return {
    authorization: headers?.authorization !== undefined,
    // Strangers are all sent the same, whatever cookies come with it.
    cookies: headers !== undefined && (headers.cookie !== undefined || cookies.length > 0),
  };
}

function lengthOf({ headers }: AnswerHead): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined;
}

/** Lines whose failure or privacy is remembered. */
const REMEMBERED_MAX = 10_000;
/** How long an answer that was private once is taken to be so. */
const UNSHARED_MS = 10_000;
