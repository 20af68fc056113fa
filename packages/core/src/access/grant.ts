/** What a token allows once its signature is known to be good, and whether a request is within. */
import { type Address, isInNetwork, type Network } from './network.js';
import { isUnder } from './path.js';

/** Paths, networks and rules of one token; more is refused. */
export const GRANT_RULES_MAX = 32;

/** A part of a request's address that a rule speaks of. */
export type Part = 'path' | 'parent' | 'filename' | 'stem' | 'extension' | 'host';

/** One condition. `under` counts whole segments, the others characters. */
export interface Rule {
  readonly part: Part;
  readonly how: 'under' | 'exact' | 'prefix' | 'suffix' | 'contains';
  readonly value: string;
}

export interface Grant {
  /** Seconds since 1970 before which it is not valid. */
  readonly from: number;
  /** Seconds since 1970 from which on it is not valid. */
  readonly until: number;
  /** One rule of each group must hold. */
  readonly groups: readonly (readonly Rule[])[];
  /** The viewer must be in one of them; undefined: anywhere. */
  readonly networks: readonly Network[] | undefined;
  /** Undefined: all that an edge answers. */
  readonly methods: readonly string[] | undefined;
}

/** A request as far as grants care. */
export interface Wish {
  readonly method: string;
  /** Decoded, as `plainPath` gives it. */
  readonly path: string;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** Undefined when it could not be read: then it is in no network. */
  readonly address: Address | undefined;
}

/** Why a request is not within a grant. */
export type Refusal = 'expired' | 'early' | 'method' | 'place' | 'network';

/** Undefined when the request is within the grant. `nowSec`: seconds since 1970. */
export function refusalOf(grant: Grant, wish: Wish, nowSec: number): Refusal | undefined {
  if (nowSec >= grant.until) return 'expired';
  if (nowSec < grant.from) return 'early';
  if (grant.methods?.includes(wish.method) === false) return 'method';
  const placed = grant.groups.every((rules) => rules.some((rule) => holds(rule, wish)));
  if (!placed) return 'place';
  const { address } = wish;
  const { networks } = grant;
  const near =
    networks === undefined ||
    (address !== undefined && networks.some((network) => isInNetwork(address, network)));
  return near ? undefined : 'network';
}

function holds({ part, how, value }: Rule, wish: Wish): boolean {
  const text = partOf(part, wish);
  switch (how) {
    case 'under':
      return isUnder(text, value);
    case 'exact':
      return text === value;
    case 'prefix':
      return text.startsWith(value);
    case 'suffix':
      return text.endsWith(value);
    case 'contains':
      return text.includes(value);
  }
}

function partOf(part: Part, { path, host }: Wish): string {
  const slash = path.lastIndexOf('/');
  const filename = path.slice(slash + 1);
  const dot = filename.indexOf('.');
  switch (part) {
    case 'path':
      return path;
    case 'parent':
      return path.slice(0, slash);
    case 'filename':
      return filename;
    case 'stem':
      return dot < 0 ? filename : filename.slice(0, dot);
    case 'extension':
      return dot < 0 ? '' : filename.slice(dot);
    case 'host':
      return (host ?? '').toLowerCase().replace(/:\d*$/, '');
  }
}
