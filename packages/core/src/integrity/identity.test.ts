import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../errors/index.js';
import { keyIdOf, streamIdInput } from './identity.js';

const publicKey = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('streamIdInput', () => {
  it('is the key, then the name in UTF-8 (REC1)', () => {
    const input = streamIdInput(publicKey, 'fête');
    expect([...input.subarray(0, 32)]).toEqual([...publicKey]);
    expect([...input.subarray(32)]).toEqual([...Buffer.from('fête')]);
  });

  it('tells names apart, the empty one too', () => {
    const ids = ['', 'a', 'b', 'ab'].map((name) => {
      return createHash('sha256').update(streamIdInput(publicKey, name)).digest('hex');
    });
    expect(new Set(ids).size).toBe(4);
  });

  it('takes keys of 32 bytes and well-formed names only', () => {
    expect(() => streamIdInput(publicKey.subarray(1), 'a')).toThrow(InvariantError);
    expect(() => streamIdInput(publicKey, '\ud83d')).toThrow(InvariantError);
  });
});

describe('keyIdOf', () => {
  it('is the first eight bytes, copied (REC1)', () => {
    const digest = Uint8Array.from({ length: 32 }, (_, i) => 100 + i);
    const id = keyIdOf(digest);
    digest.fill(0);
    expect([...id]).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
  });
});
