import { describe, expect, it } from 'vitest';
import { createAddressGuard, isPrivate } from './address-guard.js';

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.0.1',
  '198.18.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fe80::1',
  'ff02::1',
  'no address',
])('holds %s for private', (address) => expect(isPrivate(address)).toBe(true));

it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'.slice(7)])(
  'holds %s for public',
  (address) => expect(isPrivate(address)).toBe(false),
);

describe('what a playlist may name', () => {
  const guard = createAddressGuard(new URL('http://127.0.0.1:8000/a.m3u8'), false);
  const check = (url: string) => () => guard.check(new URL(url));

  it('is the given origin and the internet', () => {
    expect(check('http://127.0.0.1:8000/s1.ts')).not.toThrow();
    expect(check('https://1.1.1.1/s1.ts')).not.toThrow();
    expect(check('https://cdn.example.org/s1.ts')).not.toThrow();
  });

  it.each([
    'http://127.0.0.1:6379/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    'ftp://example.org/',
    'gopher://example.org/',
    'data:text/plain,x',
    'http://user:password@cdn.example.org/',
  ])('is not %s', (url) => expect(check(url)).toThrow());

  it('is not a name that leads into a private network', async () => {
    const lookup = guard.lookupFor(new URL('http://localhost/'))!;
    const error = await new Promise((resolve) => lookup('localhost', {}, (e) => resolve(e)));
    expect(String(error)).toContain('private network');
  });

  it('is a name that leads to the internet', async () => {
    const lookup = guard.lookupFor(new URL('http://1.1.1.1/'))!;
    const one = await new Promise((resolve) => lookup('1.1.1.1', {}, (...got) => resolve(got)));
    expect(one).toEqual([null, '1.1.1.1', 4]);
    const all = await new Promise((resolve) =>
      lookup('1.1.1.1', { all: true }, (...got) => resolve(got)),
    );
    expect(all).toEqual([null, [{ address: '1.1.1.1', family: 4 }]]);
  });

  it('is everything, when the operator says so', () => {
    const trusting = createAddressGuard(new URL('http://127.0.0.1:8000/'), true);
    expect(() => trusting.check(new URL('http://10.0.0.1/'))).not.toThrow();
    expect(() => trusting.check(new URL('file:///etc/passwd'))).toThrow();
    expect(trusting.lookupFor(new URL('http://localhost/'))).toBeUndefined();
  });
});
