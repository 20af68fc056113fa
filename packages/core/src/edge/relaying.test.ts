import { expect, it } from 'vitest';
import { RELAYED_HEADERS_MAX, relayed } from './relaying.js';

it('passes on what is end to end', () => {
  const headers = { 'content-type': 'video/mp4', etag: '"a"', 'x-own': '1', date: 'now' };
  expect(relayed(headers)).toEqual(headers);
});

it('keeps back cookies, ways past us, and what belongs to one hop', () => {
  const headers = {
    'set-cookie': 'who=me',
    'alt-svc': 'h3=":443"',
    connection: 'close, X-Hop',
    'x-hop': '1',
    'transfer-encoding': 'chunked',
    age: '5',
    'content-length': '7',
    etag: '"a"',
  };
  expect(relayed(headers)).toEqual({ etag: '"a"' });
});

it('drops what is too many', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'v']));
  expect(Object.keys(relayed(many))).toHaveLength(RELAYED_HEADERS_MAX);
});
