/**
 * What is done with a request before the cache sees it: its token is checked, and taken out of the
 * target, so that one object is kept however many viewers bring tokens of their own.
 */
import {
  type Carried,
  carriedIn,
  inPath,
  plainPath,
  readAddress,
  refusalOf,
  TOKEN_NAME,
  type Wish,
} from '@shoal/core/access';
import type { TokenVerifier, Verdict } from '../tokens/verifier.js';
import { isPlaylist } from './content.js';

/** A request as far as admission cares. */
export interface Asking {
  readonly method: string;
  /** As it came. */
  readonly target: string;
  readonly host: string | undefined;
  readonly cookie: string | undefined;
  /** The header `CTA-Common-Access-Token`. */
  readonly token: string | undefined;
  /** Where the viewer is. */
  readonly address: string | undefined;
}

/** A request without its token and report. */
interface Bare {
  /** What the cache is asked for. */
  readonly target: string;
  /** What the player says of itself, unread. */
  readonly report: string | undefined;
}

export type Admitted = Bare &
  (
    | { readonly type: 'in' }
    /** The same object at an address whose children carry the token. */
    | { readonly type: 'moved'; readonly to: string }
    | { readonly type: 'out'; readonly sentence: string }
  );

export interface Front {
  /** At once, unless a token is seen for the first time. Never rejects. */
  admit(asking: Asking): Admitted | Promise<Admitted>;
}

export interface FrontParts {
  /** Undefined: everybody may have everything, and nothing is read of a target. */
  readonly tokens: TokenVerifier | undefined;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Told why, for the metrics; one of few words. */
  readonly onRefused: (why: string) => void;
}

export function createFront({ tokens, wall, onRefused }: FrontParts): Front {
  const decide = (asking: Asking, carried: Carried, path: string, verdict: Verdict): Admitted => {
    const { method, host } = asking;
    const address = readAddress(asking.address ?? '');
    const wish: Wish = { method, path, host, address };
    const why =
      verdict.type === 'bad' ? verdict.why : refusalOf(verdict.grant, wish, wall() / 1000);
    const { target, tokens: all } = carried;
    if (why !== undefined) return refuse(why, target);
    // Addresses in a playlist are relative: a token reaches them in the path, not in a query.
    if (carried.form === 'query' && isPlaylist(target, undefined)) {
      return { type: 'moved', to: inPath(target, all[0] ?? ''), ...bareOf(target) };
    }
    return { type: 'in', ...bareOf(target) };
  };
  const refuse = (why: string, target: string): Admitted => {
    onRefused(why);
    return { type: 'out', sentence: SENTENCES.get(why) ?? INVALID, ...bareOf(target) };
  };
  return {
    admit: (asking) => {
      if (tokens === undefined) return { type: 'in', ...bareOf(asking.target) };
      const carried = carriedIn(asking.target, asking.token, asking.cookie);
      const [token, second] = carried.tokens;
      const { target } = carried;
      if (token === undefined) return refuse('none', target);
      if (second !== undefined) return refuse('several', target);
      const path = plainPath(target);
      if (path === undefined) return refuse('place', target);
      const known = tokens.known(token);
      if (known !== undefined) return decide(asking, carried, path, known);
      return tokens.judge(token).then((verdict) => decide(asking, carried, path, verdict));
    },
  };
}

/** The answer to those who are not let in. */
export function shortly(admitted: Exclude<Admitted, { type: 'in' }>): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const kept = { 'cache-control': 'no-store' };
  if (admitted.type === 'moved') {
    return { status: 307, headers: { ...kept, location: admitted.to }, body: '' };
  }
  const headers = { ...kept, 'content-type': 'text/plain; charset=utf-8' };
  return { status: 403, headers, body: `${admitted.sentence}\n` };
}

/** A query `CMCD` differs with every request of every player: it is no part of an object's name. */
function bareOf(target: string): Bare {
  const mark = target.indexOf('?');
  if (mark < 0 || !target.includes('CMCD=', mark)) return { target, report: undefined };
  let report: string | undefined;
  const kept = target
    .slice(mark + 1)
    .split('&')
    .filter((pair) => {
      if (!pair.startsWith('CMCD=')) return true;
      report ??= pair.slice('CMCD='.length);
      return false;
    });
  const path = target.slice(0, mark);
  return {
    target: kept.length === 0 ? path : `${path}?${kept.join('&')}`,
    report: decoded(report),
  };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    // Told as it came, so that it is counted as malformed.
    return text;
  }
}

const INVALID = 'this token is not valid';
/** What a viewer is told; of a token that is no good only that. */
const SENTENCES = new Map([
  [
    'none',
    `a token is needed: a path that begins with /${TOKEN_NAME}=…/, or a cookie or query of it`,
  ],
  ['several', 'this request carries different tokens'],
  ['expired', 'this token has expired'],
  ['early', 'this token is not valid yet'],
  ['place', 'this token is not for this address'],
  ['method', 'this token does not allow this method'],
]);
