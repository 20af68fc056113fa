/**
 * The router as a machine: it asks for checks, hears of load and drain, and says which edges a
 * viewer is to use, the best first.
 */
import { Ms } from '../units/index.js';
import { checked, type Health, type HealthConfig, isFull, NEW_EDGE } from './health.js';
import { rendezvous } from './rendezvous.js';

/** Edges of one router. */
export const EDGES_MAX = 1000;

export interface EdgeOfRouter {
  /** Letters, digits, dots, dashes, underscores: it is a pathway of Content Steering too. */
  readonly id: string;
  /** Where it stands; any word that viewers' places use as well. */
  readonly place: string;
}

export interface RouterConfig extends HealthConfig {
  /** Places in order of distance, by place; those that are not named come last, by name. */
  readonly near: Readonly<Record<string, readonly string[]>>;
}

export const DEFAULT_ROUTER: RouterConfig = {
  failuresToDown: 3,
  successesToUp: 2,
  checkMs: Ms(1000),
  fullAt: 0.9,
  roomAt: 0.75,
  loadMsMax: Ms(30_000),
  near: {},
};

export type RouterInput =
  /** Adds an edge, or moves one that is there to another place. */
  | { readonly type: 'add'; readonly edge: EdgeOfRouter }
  | { readonly type: 'remove'; readonly id: string }
  /** What became of a check, or of a viewer's request that was told of. */
  | { readonly type: 'checked'; readonly id: string; readonly ok: boolean }
  /** Share of its capacity that an edge uses, from 0 to 1 and beyond. */
  | { readonly type: 'load'; readonly id: string; readonly load: number }
  | { readonly type: 'drain'; readonly id: string; readonly on: boolean }
  | { readonly type: 'wake' };

export type RouterOutput =
  /** Ask this edge whether it is well, and tell. */
  | { readonly type: 'check'; readonly id: string }
  /** For the log: it is believed otherwise now. */
  | { readonly type: 'turned'; readonly id: string; readonly status: Health['status'] };

/** What is known of one edge, for an operator. */
export interface EdgeState extends EdgeOfRouter {
  readonly status: Health['status'];
  readonly full: boolean;
  readonly draining: boolean;
  /** The last load that it told of; 0 when it has not lately. */
  readonly load: number;
}

interface Known {
  edge: EdgeOfRouter;
  health: Health;
  load: number;
  loadAt: Ms;
  full: boolean;
  draining: boolean;
}

export class Router {
  readonly #config: RouterConfig;
  readonly #edges = new Map<string, Known>();
  #checkAt: Ms;

  constructor({ now, config }: { readonly now: Ms; readonly config: RouterConfig }) {
    this.#config = config;
    this.#checkAt = now;
  }

  /** When to feed `{ type: 'wake' }` next. */
  wake(): { readonly at: Ms; readonly why: 'check' } | undefined {
    return this.#edges.size === 0 ? undefined : { at: this.#checkAt, why: 'check' };
  }

  step(now: Ms, input: RouterInput): readonly RouterOutput[] {
    switch (input.type) {
      case 'add':
        this.#add(now, input.edge);
        return [];
      case 'remove':
        this.#edges.delete(input.id);
        return [];
      case 'checked':
        return this.#checked(input.id, input.ok);
      case 'load':
        this.#load(now, input.id, input.load);
        return [];
      case 'drain':
        this.#with(input.id, (known) => {
          known.draining = input.on;
        });
        return [];
      case 'wake':
        return this.#check(now);
    }
  }

  /**
   * All edges, the best for this viewer first: those that are well and have room, then full ones,
   * then those that are down or draining, for one that may answer is better than none. Within each
   * the nearest places first, and within a place the order of the title.
   */
  choose(now: Ms, place: string | undefined, title: string): readonly string[] {
    const places = this.#placesFrom(place);
    const ranks = new Map<string, number>();
    const inPlace = new Map<string, string[]>();
    for (const [id, known] of this.#edges) {
      ranks.set(id, this.#rank(now, known));
      inPlace.set(known.edge.place, [...(inPlace.get(known.edge.place) ?? []), id]);
    }
    const ordered = places.flatMap((one) => rendezvous(title, inPlace.get(one) ?? []));
    return [0, 1, 2, 3].flatMap((rank) => ordered.filter((id) => ranks.get(id) === rank));
  }

  /** Sorted by id. */
  edges(now: Ms): readonly EdgeState[] {
    return [...this.#edges.values()]
      .map((known) => ({
        ...known.edge,
        status: known.health.status,
        full: this.#isFull(now, known),
        draining: known.draining,
        load: this.#isSilent(now, known) ? 0 : known.load,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #add(now: Ms, edge: EdgeOfRouter): void {
    const known = this.#edges.get(edge.id);
    if (known !== undefined) known.edge = edge;
    else if (this.#edges.size < EDGES_MAX) {
      const fresh = { health: NEW_EDGE, load: 0, loadAt: now, full: false, draining: false };
      this.#edges.set(edge.id, { edge, ...fresh });
      if (this.#edges.size === 1) this.#checkAt = now;
    }
  }

  #load(now: Ms, id: string, load: number): void {
    this.#with(id, (known) => {
      known.full = isFull(this.#isFull(now, known), load, this.#config);
      known.load = load;
      known.loadAt = now;
    });
  }

  #checked(id: string, ok: boolean): readonly RouterOutput[] {
    const known = this.#edges.get(id);
    if (known === undefined) return [];
    const before = known.health.status;
    known.health = checked(known.health, ok, this.#config);
    const { status } = known.health;
    return status === before ? [] : [{ type: 'turned', id, status }];
  }

  /** What is said of an edge that has gone meanwhile is not heard. */
  #with(id: string, change: (known: Known) => void): void {
    const known = this.#edges.get(id);
    if (known !== undefined) change(known);
  }

  #check(now: Ms): readonly RouterOutput[] {
    if (now < this.#checkAt) return [];
    this.#checkAt = Ms(now + this.#config.checkMs);
    return [...this.#edges.keys()].map((id) => ({ type: 'check', id }));
  }

  #rank(now: Ms, known: Known): number {
    if (known.health.status === 'down') return 3;
    if (known.draining) return 2;
    return this.#isFull(now, known) ? 1 : 0;
  }

  #isFull(now: Ms, known: Known): boolean {
    return known.full && !this.#isSilent(now, known);
  }

  #isSilent(now: Ms, known: Known): boolean {
    return now - known.loadAt > this.#config.loadMsMax;
  }

  /** All places that have edges, the nearest first. */
  #placesFrom(place: string | undefined): readonly string[] {
    const all = [...new Set([...this.#edges.values()].map(({ edge }) => edge.place))].sort();
    if (place === undefined) return all;
    const { near } = this.#config;
    const named = [place, ...(Object.hasOwn(near, place) ? (near[place] ?? []) : [])];
    const first = [...new Set(named)].filter((one) => all.includes(one));
    return [...first, ...all.filter((one) => !first.includes(one))];
  }
}
