import { describe, expect, it } from 'vitest';
import { type Grant, type Part, type Rule, refusalOf, type Wish } from './grant.js';
import { readAddress, readNetwork } from './network.js';

const wish = (path: string, more: Partial<Wish> = {}): Wish => ({
  method: 'GET',
  path,
  host: 'Edge.example:8080',
  address: readAddress('192.0.2.7'),
  ...more,
});
const grant = (more: Partial<Grant> = {}): Grant => ({
  from: 100,
  until: 200,
  groups: [[{ part: 'path', how: 'under', value: '/live/' }]],
  networks: undefined,
  methods: undefined,
  ...more,
});

it('holds from its first second until its last', () => {
  const at = (now: number) => refusalOf(grant(), wish('/live/a'), now);
  expect([99, 99.9, 100, 199.9, 200, 1e12].map(at)).toEqual([
    'early',
    'early',
    undefined,
    undefined,
    'expired',
    'expired',
  ]);
});

it('holds for its paths, one of each group', () => {
  const at = (path: string) => refusalOf(grant(), wish(path), 150);
  expect(['/live/a', '/live', '/lively', '/vod/a'].map(at)).toEqual([
    undefined,
    'place',
    'place',
    'place',
  ]);
  const rule = (part: Part, value: string): Rule => ({ part, how: 'exact', value });
  const either = grant({ groups: [[rule('path', '/a'), rule('path', '/b')], [rule('stem', 'b')]] });
  expect(refusalOf(either, wish('/b'), 150)).toBeUndefined();
  expect(refusalOf(either, wish('/a'), 150)).toBe('place');
  expect(refusalOf(grant({ groups: [[]] }), wish('/live/a'), 150)).toBe('place');
});

it('holds in its networks, and nowhere when the address is not known', () => {
  const near = grant({ networks: [readNetwork('10.0.0.0/8')!, readNetwork('192.0.2.0/24')!] });
  expect(refusalOf(near, wish('/live/a'), 150)).toBeUndefined();
  const far = wish('/live/a', { address: readAddress('192.0.3.7') });
  expect(refusalOf(near, far, 150)).toBe('network');
  expect(refusalOf(near, wish('/live/a', { address: undefined }), 150)).toBe('network');
});

it('holds for its methods', () => {
  const only = grant({ methods: ['GET'] });
  expect(refusalOf(only, wish('/live/a'), 150)).toBeUndefined();
  expect(refusalOf(only, wish('/live/a', { method: 'HEAD' }), 150)).toBe('method');
});

describe('rules', () => {
  it.each<[Rule['part'], Rule['how'], string, boolean]>([
    ['host', 'exact', 'edge.example', true],
    ['host', 'exact', 'edge.exampl', false],
    ['path', 'prefix', '/live/a/s', true],
    ['path', 'suffix', '.m4s', true],
    ['path', 'contains', '/a/', true],
    ['path', 'contains', '/b/', false],
    ['parent', 'exact', '/live/a', true],
    ['filename', 'exact', 's1.v2.m4s', true],
    ['stem', 'exact', 's1', true],
    ['extension', 'exact', '.v2.m4s', true],
    ['extension', 'suffix', '.m4s', true],
  ])('%s %s %s: %s', (part, how, value, held) => {
    const one = grant({ groups: [[{ part, how, value }]] });
    const why = refusalOf(one, wish('/live/a/s1.v2.m4s'), 150);
    expect(why).toBe(held ? undefined : 'place');
  });

  it('know a name without an extension, and a request without a host', () => {
    const of = (part: Part, value: string) => grant({ groups: [[{ part, how: 'exact', value }]] });
    expect(refusalOf(of('extension', ''), wish('/live/key'), 150)).toBeUndefined();
    expect(refusalOf(of('stem', 'key'), wish('/live/key'), 150)).toBeUndefined();
    expect(refusalOf(of('host', 'a'), wish('/live/key', { host: undefined }), 150)).toBe('place');
  });
});
