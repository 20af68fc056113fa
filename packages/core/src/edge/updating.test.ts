import { expect, it } from 'vitest';
import { updated } from './updating.js';

it('takes the new headers, keeps those that are not named', () => {
  expect(updated({ a: '1', b: '2' }, { b: '3', c: '4' })).toEqual({ a: '1', b: '3', c: '4' });
});

it('keeps what describes the bytes that are stored', () => {
  const stored = { etag: '"a"', 'content-encoding': 'gzip', 'content-length': '5' };
  const fresh = {
    etag: '"b"',
    'content-encoding': 'br',
    'content-length': '0',
    'content-md5': 'x',
  };
  expect(updated(stored, fresh)).toEqual(stored);
});

it('forgets the age of the answer before', () => {
  expect(updated({ age: '60' }, {})).toEqual({});
  expect(updated({ age: '60' }, { age: '5' })).toEqual({ age: '5' });
});
