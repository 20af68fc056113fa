/** What the bundle may shorten: ours alone, and nothing that anybody else can know. */
import { expect, test } from 'vitest';
import { publicNames } from '../packages/browser/vite-names.ts';

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
