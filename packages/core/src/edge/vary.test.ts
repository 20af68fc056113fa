import { describe, expect, it } from 'vitest';
import { VARY_CHARS_MAX, VARY_NAMES_MAX, variantKey, variesBy } from './vary.js';

describe('what an answer depends on', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['Foo, bar,Foo', ['bar', 'foo']],
    ['Accept-Encoding', []],
    ['Accept-Encoding, Origin', ['origin']],
    ['*', undefined],
    [', *', undefined],
    ['Foo, *', undefined],
    ['a'.repeat(VARY_CHARS_MAX + 1), undefined],
    [Array.from({ length: VARY_NAMES_MAX + 1 }, (_, i) => `a${i}`).join(), undefined],
  ])('%s', (vary, names) => {
    expect(variesBy(vary)).toEqual(names);
  });
});

describe('the key of a variant', () => {
  const key = (names: string[], headers: Record<string, string>) =>
    variantKey('/a', names, headers);

  it('is the target where nothing varies', () => {
    expect(key([], { foo: '1' })).toBe('/a');
  });

  it('differs by value, and by absence', () => {
    const keys = [{}, { foo: '' }, { foo: '1' }, { foo: '2' }].map((h) => key(['foo'], { ...h }));
    expect(new Set(keys).size).toBe(4);
  });

  it('ignores white space in lists, and case and order of languages', () => {
    expect(key(['foo'], { foo: ' 1,  2 ' })).toBe(key(['foo'], { foo: '1,2' }));
    expect(key(['foo'], { foo: '2,1' })).not.toBe(key(['foo'], { foo: '1,2' }));
    const names = ['accept-language'];
    expect(key(names, { 'accept-language': 'De , en' })).toBe(
      key(names, { 'accept-language': 'EN,de' }),
    );
  });

  it('is not forged by a value that looks like a further header', () => {
    expect(key(['a', 'b'], { a: '1 b:2' })).not.toBe(key(['a', 'b'], { a: '1', b: '2' }));
    expect(key(['a'], { a: '1%20' })).not.toBe(key(['a'], { a: '1 x' }));
  });
});
