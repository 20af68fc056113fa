import { createDecipheriv } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeyRing } from './key-ring.js';

const BYTES = Buffer.from('a segment of some bytes');

it('encrypts so that the key of the tag and its IV give the bytes back', () => {
  const ring = createKeyRing('keys/0-', 10_000);
  const { keyTag, bytes } = ring.seal(BYTES, 25_000);
  const [, uri = '', iv = ''] = /URI="([^"]+)",IV=0x([0-9a-f]{32})$/.exec(keyTag) ?? [];
  expect(uri).toBe('keys/0-2.key');
  const key = ring.key(uri) as Buffer;
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'hex'));
  expect(Buffer.concat([decipher.update(bytes), decipher.final()])).toEqual(BYTES);
});

it('has another key for each span, and another IV for each segment', () => {
  const ring = createKeyRing('keys/0-', 10_000);
  const tags = [0, 9_999, 10_000].map((startMs) => ring.seal(BYTES, startMs).keyTag);
  const uris = tags.map((tag) => /URI="([^"]+)"/.exec(tag)?.[1] as string);
  expect(uris).toEqual(['keys/0-0.key', 'keys/0-0.key', 'keys/0-1.key']);
  expect(new Set(tags.map((tag) => tag.slice(-32))).size).toBe(3);
  expect(ring.key(uris[0] as string)).not.toEqual(ring.key(uris[2] as string));
});

it.each(['keys/0-1.key', 'keys/0--1.key', 'keys/0-x.key', 'keys/1-0.key', 'r0/0-0.m4s'])(
  'gives no key for %s',
  (path) => {
    const ring = createKeyRing('keys/0-', 10_000);
    ring.seal(BYTES, 0);
    expect(ring.key(path)).toBeUndefined();
  },
);
