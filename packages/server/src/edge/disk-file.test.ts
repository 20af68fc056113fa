import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DESCRIPTION_BYTES_MAX, type DiskFile, readFile, writeFile } from './disk-file.js';

const FILE: DiskFile = {
  key: '/a.m4s?b=c',
  head: { status: 200, headers: { 'content-type': 'video/mp4', etag: '"ä"' } },
  bornWallMs: 1_700_000_000_000,
  asked: { book: 'one', mark: 3 },
  body: Buffer.from('the bytes of a segment'),
};
const written = (): Buffer => Buffer.concat(writeFile(FILE) ?? []);

it('reads what was written', () => {
  expect(readFile(written(), FILE.key)).toEqual(FILE);
  const empty = { ...FILE, body: Buffer.alloc(0) };
  expect(readFile(Buffer.concat(writeFile(empty) ?? []), FILE.key)).toEqual(empty);
});

it('never reads a file with any bit changed', () => {
  const file = written();
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const changed = Buffer.from(file);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(readFile(changed, FILE.key), `bit ${bit}`).toBeUndefined();
  }
});

it('never reads a part of a file, or more than it', () => {
  const file = written();
  for (let end = 0; end < file.length; end += 1) {
    expect(readFile(file.subarray(0, end), FILE.key)).toBeUndefined();
  }
  expect(readFile(Buffer.concat([file, Buffer.from('x')]), FILE.key)).toBeUndefined();
});

it('never gives the object of one key for another', () => {
  expect(readFile(written(), '/b.m4s')).toBeUndefined();
});

it('never throws, whatever it reads', () => {
  const start = written().subarray(0, 40);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, like) => {
      const file = Buffer.concat([like ? start : Buffer.alloc(0), bytes]);
      expect(readFile(file, FILE.key)).toBeUndefined();
    }),
  );
});

it('writes no description that would not be read', () => {
  const key = 'x'.repeat(DESCRIPTION_BYTES_MAX);
  expect(writeFile({ ...FILE, key })).toBeUndefined();
});
