import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATTRIBUTES_MAX,
  attributeNumber,
  bare,
  formatAttributes,
  parseAttributes,
  quoted,
  replaceQuoted,
} from './attributes.js';

describe('attribute lists', () => {
  it('reads quoted strings, enumerations and decimals', () => {
    const list = parseAttributes(
      'BANDWIDTH=1280000,CODECS="avc1.64001f,mp4a.40.2",FRAME-RATE=29.970',
    );
    expect(list.get('CODECS')).toEqual({ text: 'avc1.64001f,mp4a.40.2', quoted: true });
    expect(attributeNumber(list, 'BANDWIDTH')).toBe(1_280_000);
    expect(attributeNumber(list, 'FRAME-RATE')).toBe(29.97);
    expect(attributeNumber(list, 'CODECS')).toBeUndefined();
    expect(attributeNumber(list, 'MISSING')).toBeUndefined();
  });

  it('sees no attribute inside a quoted string', () => {
    expect([...parseAttributes('A="x,B=1,y",C=2').keys()]).toEqual(['A', 'C']);
  });

  it('forgives spaces around names, commas and values', () => {
    const list = parseAttributes(' METHOD=AES-128 , URI= "key.bin" ,IV=0x01 ');
    expect([...list].map(([name, { text }]) => [name, text])).toEqual([
      ['METHOD', 'AES-128'],
      ['URI', 'key.bin'],
      ['IV', '0x01'],
    ]);
  });

  it('keeps the first of duplicates', () => {
    expect(parseAttributes('A=1,B=2,A=3').get('A')).toEqual({ text: '1', quoted: false });
  });

  it('skips what is no attribute and reads on', () => {
    const list = parseAttributes('junk,=5,lower=1,A=1,,"x",B="two",C=,D=a"b');
    expect([...list.keys()]).toEqual(['A', 'B']);
  });

  it('stops at a quote that never closes', () => {
    expect([...parseAttributes('A=1,B="open').keys()]).toEqual(['A']);
  });

  it('keeps an empty quoted string', () => {
    expect(parseAttributes('INSTREAM-ID="",URI="a"').get('INSTREAM-ID')).toEqual(quoted(''));
  });

  it('reads no more than its limit', () => {
    const list = Array.from({ length: ATTRIBUTES_MAX + 1 }, (_, index) => `A${index}=${index}`);
    expect(parseAttributes(list.join(',')).size).toBe(ATTRIBUTES_MAX);
  });

  it('refuses to write what no list can hold', () => {
    const bad: [string, ReturnType<typeof bare>][] = [
      ['NAME', quoted('a"b')],
      ['NAME', quoted('a\nb')],
      ['NAME', bare('a,b')],
      ['NAME', bare('a b')],
      ['NAME', bare('')],
      ['name', bare('a')],
    ];
    for (const entry of bad) expect(() => formatAttributes([entry])).toThrow('[media/playlist]');
  });

  it('reads back whatever it writes', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9-]{0,9}$/);
    const plain = fc.oneof(fc.stringMatching(/^[A-Za-z0-9.@x-]{1,12}$/), fc.integer()).map(bare);
    const text = fc.string({ unit: 'binary' }).filter((value) => !CONTROLS.test(value));
    const lists = fc.uniqueArray(fc.tuple(name, fc.oneof(plain, text.map(quoted))), {
      selector: ([key]) => key,
      maxLength: ATTRIBUTES_MAX,
    });
    fc.assert(
      fc.property(lists, (list) => {
        expect([...parseAttributes(formatAttributes(list))]).toEqual(list);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('never fails on any text', () => {
    const noise = fc.string({ unit: fc.constantFrom('A', '=', '"', ',', ' ', '-', 'z', '\n') });
    fc.assert(
      fc.property(noise, (text) => {
        for (const [key, { text: value }] of parseAttributes(text)) {
          expect(text).toContain(key);
          expect(text).toContain(value);
        }
      }),
      { seed: 12, numRuns: 1000 },
    );
  });
});

describe('replacing a quoted value', () => {
  it('touches nothing else', () => {
    expect(replaceQuoted('A=1, URI="old" ,URI="second",B="x"', 'URI', 'new?a=$&')).toBe(
      'A=1, URI="new?a=$&" ,URI="second",B="x"',
    );
  });

  it('leaves a list without it, or with an unquoted one, as it is', () => {
    expect(replaceQuoted('A="1"', 'URI', 'x')).toBe('A="1"');
    expect(replaceQuoted('URI=bare', 'URI', 'x')).toBe('URI=bare');
    expect(replaceQuoted('X-URI="a"', 'URI', 'x')).toBe('X-URI="a"');
  });

  it('refuses a value that would end the string', () => {
    expect(() => replaceQuoted('URI="a"', 'URI', 'b",EVIL="c')).toThrow('[media/playlist]');
  });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a quoted string cannot hold
const CONTROLS = /["\u0000-\u001f\u007f]/;
