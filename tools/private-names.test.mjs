/** What the bundle may shorten: ours alone, and nothing that anybody else can know. */
import { expect, test } from 'vitest';
import { privateWords, publicNames } from '../packages/browser/vite-names.ts';
import { shortenWords, shortNames } from '../packages/browser/vite-shorten.ts';

const DECLARED = [
  `export interface Options { readonly limits?: Limits; }
export interface Limits { readonly rateMax?: number; readonly mode: 'ask' | 'never'; }
type Told<Kind> = { readonly kind: Kind; };`,
  `export interface Inside { readonly secret: number; }
export declare function attach(options?: Options): Told<'up'>;`,
];

test('what the entry reaches by type is public, words included', () => {
  const names = publicNames(DECLARED, "export type { Options, Told } from './a.js';");
  expect([...names].sort()).toEqual(['ask', 'kind', 'limits', 'mode', 'never', 'rateMax']);
});

test('what it does not reach is not', () => {
  expect([...publicNames(DECLARED, "export type { Limits } from './a.js';")]).not.toContain(
    'secret',
  );
  expect([...publicNames(DECLARED, '')]).toEqual([]);
});

test('a word that alone is the type of a member is private', () => {
  const declared = [
    `export type Input = { readonly type: 'link-up'; } | { readonly type: "wake"; };`,
  ];
  expect([...privateWords(declared, '')]).toEqual(['link-up', 'wake']);
});

test('one of a choice, a constant and what is said to a method are not', () => {
  const declared = [
    `export type Why = 'full' | "token";
export declare const NAME = "name";
export type Input = { readonly type: 'full'; } | { readonly type: 'token'; }
  | { readonly type: 'pieces'; };`,
  ];
  const code = `connection.createDataChannel("pieces")`;
  expect([...privateWords(declared, code)]).toEqual([]);
});

test('what is said most often is shortest, and no name is given twice', async () => {
  const code = `${'a.sequences; '.repeat(60)} b.e; ({ "send-piece"() {} })["send-piece"]; c.lateAt`;
  const short = await shortNames(code, ['lateAt', 'send-piece', 'sequences', 'unsaidOf']);
  expect([...short]).toEqual([
    ['sequences', 't'],
    ['send-piece', 'n'],
    ['lateAt', 'r'],
  ]);
});

test('names that browsers have stay, whether or not TypeScript knows them', async () => {
  expect((await shortNames('a.saveData + a.lateAt', ['saveData', 'lateAt'])).has('saveData')).toBe(
    false,
  );
});

test('words are shortened as a whole', () => {
  const short = new Map([['wake', 'w']]);
  expect(shortenWords('"wake" + "wakes" + wake + "no wake"', short)).toBe(
    '"w" + "wakes" + wake + "no wake"',
  );
});
