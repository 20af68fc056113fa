import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInNetwork, NETWORK_CHARS_MAX, readAddress, readNetwork } from './network.js';

const six = (...ends: number[]) => [...new Array<number>(16 - ends.length).fill(0), ...ends];

describe('an address', () => {
  it.each([
    ['192.0.2.7', [192, 0, 2, 7]],
    ['::ffff:192.0.2.7', [192, 0, 2, 7]],
    ['::1', six(1)],
    ['::', six()],
    ['fe80::1%eth0', [0xfe, 0x80, ...six(1).slice(2)]],
    ['2001:DB8:0:0:1:0:0:2', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2]],
  ])('%s', (text, bytes) => expect(readAddress(text)).toEqual(bytes));

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '0x7f.0.0.1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    ':::',
    '12345::',
    '::1.2.3',
    '1.2.3.4::',
    `::${'0'.repeat(NETWORK_CHARS_MAX)}`,
  ])('is not %j', (text) => expect(readAddress(text)).toBeUndefined());

  it('is read from any text without a throw', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:./%'), maxLength: 50 });
    fc.assert(
      fc.property(text, (any) => {
        const bytes = readAddress(any);
        if (bytes === undefined) return;
        expect([4, 16]).toContain(bytes.length);
        expect(bytes.every((byte) => byte >= 0 && byte <= 255)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.9', '192.0.2.9', true],
    ['192.0.2.9', '192.0.2.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '8.8.8.8', false],
    ['2001:db8::/47', '2001:db8:1::5', true],
    ['2001:db8::/47', '2001:db8:2::5', false],
    ['::ffff:192.0.2.0/120', '192.0.2.5', true],
    ['192.0.2.0/24', '::ffff:192.0.2.5', true],
  ])('%s and %s: %s', (network, address, inside) => {
    expect(isInNetwork(readAddress(address)!, readNetwork(network)!)).toBe(inside);
  });

  it.each(['', '/8', '1.2.3.4/33', '1.2.3.4/-1', '1.2.3.4/', '::/129', '::ffff:1.2.3.4/90', 'x/1'])(
    'is not %j',
    (text) => expect(readNetwork(text)).toBeUndefined(),
  );
});
