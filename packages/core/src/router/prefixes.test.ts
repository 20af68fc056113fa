import { describe, expect, it } from 'vitest';
import { readAddress } from '../access/index.js';
import { readPrefixes } from './prefixes.js';

const FILE = `
# the north
192.0.2.0/24   oslo
192.0.2.128/25 bergen   # a half of it
10.0.0.0/8 lab
2001:db8::/32 oslo
2001:db8:1::/48 bergen
0.0.0.0/0 elsewhere
`;

it('finds the longest prefix of an address', () => {
  const table = readPrefixes(FILE, 'places.txt');
  const at = (text: string) => table.placeOf(readAddress(text)!);
  const asked = [
    '192.0.2.1',
    '192.0.2.200',
    '10.9.9.9',
    '8.8.8.8',
    '2001:db8:1::5',
    '2001:db8:2::5',
  ];
  expect(asked.map(at)).toEqual(['oslo', 'bergen', 'lab', 'elsewhere', 'bergen', 'oslo']);
  expect(at('::ffff:192.0.2.200')).toBe('bergen');
  expect(at('fe80::1')).toBeUndefined();
  expect(table.size).toBe(6);
});

describe('names the line that is wrong', () => {
  it.each([
    ['192.0.2.0/24 oslo\n192.0.2.0/33 oslo', 'p:2: "192.0.2.0/33" is no network'],
    ['oslo 192.0.2.0/24', 'p:1: "oslo" is no network'],
    ['\n192.0.2.0/24', 'p:2: a network is followed by the name of one place'],
    ['192.0.2.0/24 oslo bergen', 'p:1: a network is followed'],
    ['192.0.2.0/24 ../oslo', 'p:1: a network is followed'],
    [`192.0.2.0/24 ${'x'.repeat(65)}`, 'p:1: a network is followed'],
  ])('%j', (text, words) => {
    expect(() => readPrefixes(text, 'p')).toThrow(words);
  });
});
