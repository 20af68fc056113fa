import { describe, expect, it } from 'vitest';
import { decode, encode } from './field.js';
import { type Hello, hello } from './hello.js';
import { type Join, join } from './join.js';

const streamId = new Uint8Array(32).fill(7);
const peer = '0123456789abcdef';
const greeting: Hello = {
  type: 'hello',
  version: 2,
  versionMin: 1,
  peer,
  streamId,
  epoch: 9,
  uploads: true,
};
const request: Join = {
  type: 'join',
  version: 2,
  versionMin: 1,
  streamId,
  epoch: 9,
  resume: undefined,
  uploads: true,
  uplink: 0,
  token: '',
};

/** Decodes with the first two bytes, the versions, replaced. */
function versions(bytes: Uint8Array, highest: number, lowest: number): Uint8Array {
  bytes.set([highest, lowest]);
  return bytes;
}

describe('hello and join', () => {
  it('carry the versions of sides that are far ahead (WIR13)', () => {
    const far = decode(hello, versions(encode(hello, greeting), 255, 200), 1000);
    expect([far.version, far.versionMin]).toEqual([255, 200]);
  });

  it.each([
    [0, 0],
    [1, 0],
    [1, 2],
  ])('refuse versions that are no range: %i down to %i (WIR13)', (highest, lowest) => {
    const link = versions(encode(hello, greeting), highest, lowest);
    const door = versions(encode(join, request), highest, lowest);
    expect(() => decode(hello, link, 1000)).toThrow('[wire/violation]');
    expect(() => decode(join, door, 1000)).toThrow('[wire/violation]');
  });
});

describe('join', () => {
  it('resumes with a secret of sixteen bytes, or not at all (WIR30)', () => {
    const resume = { peer, secret: new Uint8Array(16).fill(3) };
    const bytes = encode(join, { ...request, resume });
    expect(decode(join, bytes, 1000)).toStrictEqual({ ...request, resume });
    expect(bytes.length - encode(join, request).length).toBe(24);
  });

  it.each(['tab\t', 'line\n', 'é', '\u007f'])(
    'takes printable ASCII for a token: not %j',
    (odd) => {
      expect(() => encode(join, { ...request, token: odd })).toThrow(/token/);
      const bytes = encode(join, { ...request, token: '~'.repeat(Buffer.byteLength(odd)) });
      bytes.set(Buffer.from(odd), bytes.length - Buffer.byteLength(odd));
      expect(() => decode(join, bytes, 1000)).toThrow('[wire/violation] token');
    },
  );

  it('takes a token of 512 characters and no more (WIR11)', () => {
    const token = 'a'.repeat(512);
    expect(decode(join, encode(join, { ...request, token }), 1000).token).toBe(token);
    expect(() => encode(join, { ...request, token: `${token}a` })).toThrow(/length/);
  });
});
