import { expect, it } from 'vitest';
import { addressOf } from './http.js';

const req = (forwarded: string | string[] | undefined) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: '192.0.2.1' },
});

it('takes the address of the connection, whatever a viewer writes', () => {
  expect(addressOf(req('203.0.113.7'), false)).toBe('192.0.2.1');
});

it('takes the hop that our own proxy saw, behind one', () => {
  expect(addressOf(req('6.6.6.6, 203.0.113.7'), true)).toBe('203.0.113.7');
  expect(addressOf(req(['6.6.6.6', '203.0.113.9']), true)).toBe('203.0.113.9');
  expect(addressOf(req(undefined), true)).toBe('192.0.2.1');
});
