/** Says what a token allows, and remembers it: a viewer shows the same one with every request. */
import { type Grant, isToken } from '@shoal/core/access';
import { LRUCache } from 'lru-cache';
import { checkCat } from './check-cat.js';
import { checkJwt } from './check-jwt.js';
import type { KeySet } from './key-set.js';

/** What a token is worth, whatever the request. */
export type Verdict =
  | { readonly type: 'good'; readonly grant: Grant }
  | {
      readonly type: 'bad';
      readonly why: 'malformed' | 'key' | 'signature' | 'claims';
    };

export interface TokenVerifier {
  /** The verdict if this token was seen lately. */
  known(token: string): Verdict | undefined;
  /** Never rejects. */
  judge(token: string): Promise<Verdict>;
  /** From now on these keys count; verdicts of others are forgotten. */
  use(keys: KeySet): void;
}

export function createVerifier(first: KeySet): TokenVerifier {
  let keys = first;
  const good = new LRUCache<string, Verdict>({ max: GOOD_TOKENS_MAX });
  // Apart, so that forged tokens do not drive out those of viewers.
  const bad = new LRUCache<string, Verdict>({ max: BAD_TOKENS_MAX });
  return {
    known: (token) => good.get(token) ?? bad.get(token),
    judge: async (token) => {
      const used = keys;
      const verdict = await check(token, used);
      if (used === keys) (verdict.type === 'good' ? good : bad).set(token, verdict);
      return verdict;
    },
    use: (fresh) => {
      keys = fresh;
      good.clear();
      bad.clear();
    },
  };
}

function check(token: string, keys: KeySet): Verdict | Promise<Verdict> {
  if (!isToken(token)) return { type: 'bad', why: 'malformed' };
  return token.includes('.') ? checkJwt(token, keys) : checkCat(token, keys);
}

/** Good tokens remembered, of 1 KiB at most. */
export const GOOD_TOKENS_MAX = 20_000;
/** Bad tokens remembered, so that repeating one costs no signature. */
export const BAD_TOKENS_MAX = 1000;
