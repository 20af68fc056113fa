import { expect, it } from 'vitest';
import { FORWARDED_HEADERS_MAX, forwarded, hasCredentials } from './forwarding.js';

it('passes on what is end to end', () => {
  const headers = { 'accept-language': 'de', authorization: 'x', cookie: 'a=b', 'x-own': '1' };
  expect(forwarded(headers)).toEqual(headers);
});

it.each([
  'host',
  'connection',
  'transfer-encoding',
  'content-length',
  'proxy-authorization',
  'range',
  'if-none-match',
  'if-modified-since',
  'x-forwarded-host',
  'x-forwarded',
  'forwarded',
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  'x-real-ip',
])('keeps %s', (name) => {
  expect(forwarded({ [name]: 'x', a: '1' })).toEqual({ a: '1' });
});

it('keeps what the connection names as its own', () => {
  expect(forwarded({ connection: 'Close, A', a: '1', b: '2', c: undefined })).toEqual({ b: '2' });
});

it('stops at a number of headers', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, '1']));
  expect(Object.keys(forwarded(many))).toHaveLength(FORWARDED_HEADERS_MAX);
});

it('tells who says who they are', () => {
  expect(hasCredentials({ authorization: 'x' })).toBe(true);
  expect(hasCredentials({ cookie: 'a=b' })).toBe(true);
  expect(hasCredentials({ accept: '*/*' })).toBe(false);
});
