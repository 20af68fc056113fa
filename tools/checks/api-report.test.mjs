import { expect, test } from 'vitest';
import { signaturesOf } from './api-report.mjs';

const files = {
  '/p/index.d.ts': [
    "export { a, type B } from './a.js';",
    "export * from './c.js';",
    "export { outside } from 'elsewhere';",
  ].join('\n'),
  '/p/a.d.ts': [
    '/** A function. */',
    'export declare function a(x: number): string;',
    'export interface B {',
    '    /** A field. */',
    '    readonly c: number;',
    '}',
    'export type Unused = 1;',
  ].join('\n'),
  '/p/c.d.ts': 'declare const c = 1;\nexport { c as d };',
};

test('exports are listed by name with their signature, through re-exports', () => {
  expect(signaturesOf('/p/index.d.ts', (path) => files[path])).toEqual([
    'B: interface B { readonly c: number; }',
    'a: function a(x: number): string;',
    'd: const c = 1;',
    "outside: outside of 'elsewhere'",
  ]);
});
