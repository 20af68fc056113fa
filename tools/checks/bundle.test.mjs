/** The bundle check finds what a page would miss. */
import { expect, test } from 'vitest';
import { namesOf, publicNames } from './bundle.mjs';

test('public names are those of options, events and figures', () => {
  const report = [
    'ShoalOptions: interface ShoalOptions { readonly consent?: string; readonly links?: X; }',
    "EngineEvents: interface EngineEvents { 'piece-sent': E; broken: { readonly cause: unknown; }; }",
    'Other: interface Other { readonly hidden: string; }',
  ].join('\n');
  expect(publicNames(report)).toEqual(['consent', 'links', 'piece-sent', 'broken', 'cause']);
});

test('a shortened name changes the shape', () => {
  const shape = (value) => JSON.stringify(namesOf(value));
  expect(shape({ http: 1, why: { code: 'no-tag' } })).toBe(
    shape({ why: { code: 'no-tag' }, http: 2 }),
  );
  expect(shape({ http: 1 })).not.toBe(shape({ h: 1 }));
});
