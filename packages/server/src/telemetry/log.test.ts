import { expect, it } from 'vitest';
import { networkOf } from './log.js';

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:12:34::1', '2001:db8:12::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['2001:DB8:0012:34:5:6:7:8', '2001:db8:12::/48'],
  ['', 'unknown'],
  ['::1::', 'unknown'],
  ['1:2:3', 'unknown'],
  ['not an address', 'unknown'],
])('cuts %j to %j', (address, network) => expect(networkOf(address)).toBe(network));
