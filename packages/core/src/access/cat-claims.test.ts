import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAT_CLAIM, grantOfCat } from './cat-claims.js';
import { GRANT_RULES_MAX } from './grant.js';

const map = (...entries: [unknown, unknown][]) => new Map(entries);
const path = map([3, map([1, '/live/'])]);
const claims = (...more: [number, unknown][]) =>
  new Map<number, unknown>([
    [CAT_CLAIM.exp, 200],
    [CAT_CLAIM.catv, 1],
    [CAT_CLAIM.catu, path],
    ...more,
  ]);

it('is a grant for all that its rules say', () => {
  const grant = grantOfCat(
    claims(
      [CAT_CLAIM.nbf, 100],
      [
        CAT_CLAIM.catu,
        map([3, map([1, '/live/'])], [1, map([0, 'Edge.example'])], [8, map([2, 's'])]),
      ],
      [
        CAT_CLAIM.catnip,
        [
          { tag: 52, value: [24, Uint8Array.of(192, 0, 2)] },
          { tag: 54, value: new Uint8Array(16) },
        ],
      ],
      [CAT_CLAIM.catm, ['GET']],
      [CAT_CLAIM.catreplay, 0],
      [CAT_CLAIM.cti, Uint8Array.of(1)],
    ),
  );
  expect(grant).toEqual({
    from: 100,
    until: 200,
    groups: [
      [{ part: 'path', how: 'prefix', value: '/live/' }],
      [{ part: 'host', how: 'exact', value: 'edge.example' }],
      [{ part: 'extension', how: 'suffix', value: 's' }],
    ],
    networks: [
      { address: [192, 0, 2, 0], bits: 24 },
      { address: new Array(16).fill(0), bits: 128 },
    ],
    methods: ['GET'],
  });
});

describe('is refused with', () => {
  const many = map(
    ...Array.from({ length: GRANT_RULES_MAX + 1 }, (_, i) => [i, 'x'] as [number, string]),
  );
  it.each<[string, unknown]>([
    ['no map', {}],
    ['no end', map([CAT_CLAIM.catu, path])],
    ['an end in words', claims([CAT_CLAIM.exp, '200'])],
    ['an end beyond numbers', claims([CAT_CLAIM.exp, 2n ** 63n])],
    ['another version', claims([CAT_CLAIM.catv, 2])],
    ['an audience', claims([3, 'other'])],
    ['a replay rule', claims([CAT_CLAIM.catreplay, 1])],
    ['a country', claims([316, ['NO']])],
    ['a header rule', claims([315, map()])],
    ['a renewal', claims([323, map()])],
    ['a proof of possession', claims([8, map()])],
    ['a claim with a name', new Map<unknown, unknown>([...claims(), ['exp', 9]])],
    ['no rule', claims([CAT_CLAIM.catu, map()])],
    ['a rule without a match', claims([CAT_CLAIM.catu, map([3, map()])])],
    ['a rule for the scheme', claims([CAT_CLAIM.catu, map([0, map([0, 'https'])])])],
    ['a rule for the query', claims([CAT_CLAIM.catu, map([4, map([0, 'a=1'])])])],
    ['a pattern', claims([CAT_CLAIM.catu, map([3, map([4, ['.*']])])])],
    ['a hash', claims([CAT_CLAIM.catu, map([3, map([-1, 'x'])])])],
    ['too many rules', claims([CAT_CLAIM.catu, map([3, many])])],
    ['a rule that is no text', claims([CAT_CLAIM.catu, map([3, map([0, 7])])])],
    ['no network', claims([CAT_CLAIM.catnip, []])],
    ['a network by number', claims([CAT_CLAIM.catnip, [64512]])],
    [
      'a network of too many bits',
      claims([CAT_CLAIM.catnip, [{ tag: 52, value: [33, new Uint8Array(4)] }]]),
    ],
    [
      'a network of too many bytes',
      claims([CAT_CLAIM.catnip, [{ tag: 52, value: [8, new Uint8Array(5)] }]]),
    ],
    ['half an address', claims([CAT_CLAIM.catnip, [{ tag: 52, value: new Uint8Array(3) }]])],
    [
      'a network of another tag',
      claims([CAT_CLAIM.catnip, [{ tag: 53, value: new Uint8Array(4) }]]),
    ],
    ['no method', claims([CAT_CLAIM.catm, []])],
    ['a method that is none', claims([CAT_CLAIM.catm, [1]])],
  ])('%s', (_what, any) => expect(grantOfCat(any)).toBeUndefined());

  it('no throw, whatever the claims are', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.integer(),
        fc.string(),
        fc.constant(null),
        fc.uint8Array({ maxLength: 20 }),
        fc.array(tie('any'), { maxLength: 3 }),
        fc
          .array(fc.tuple(fc.integer({ min: -2, max: 9 }), tie('any')), { maxLength: 3 })
          .map((all) => new Map(all)),
        fc.record({ tag: fc.constantFrom(52, 54, 1), value: tie('any') }),
      ),
    })).any;
    const key = fc.constantFrom(...Object.values(CAT_CLAIM));
    const any = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((all) => new Map(all));
    fc.assert(
      fc.property(any, (one) => void grantOfCat(one)),
      { numRuns: 1000 },
    );
  });
});
