/** Keeps what a playlist names out of private networks (server-side request forgery). */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ShoalError } from '@shoal/core/errors';

export interface AddressGuard {
  /** Throws `server/upstream` unless this URL may be fetched at all. */
  check(url: URL): void;
  /** Name resolution that never yields a private address; undefined: the operator trusts it. */
  lookupFor(url: URL): LookupFunction | undefined;
}

/** The origin of `given` is the operator's word; others must be public unless `allowPrivate`. */
export function createAddressGuard(given: URL, allowPrivate: boolean): AddressGuard {
  const trusted = (url: URL): boolean => allowPrivate || url.origin === given.origin;
  return {
    check: (url) => {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new ShoalError(
          'server/upstream',
          `only http and https are fetched, not ${url.protocol}`,
        );
      }
      if (url.username !== '' && url.origin !== given.origin) {
        throw new ShoalError('server/upstream', 'a playlist names an address with a password');
      }
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (!trusted(url) && isIP(host) !== 0 && isPrivate(host)) throw privateError(url.host);
    },
    lookupFor: (url) => (trusted(url) ? undefined : publicLookup),
  };
}

/** Whether an address belongs to a machine, a local network or nobody, not to the internet. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return PRIVATE_FOUR.check(address, 'ipv4');
  return family === 0 || PRIVATE_SIX.check(address, 'ipv6');
}

/** Checked at connection time, so that a name cannot change its mind between check and use. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = found as readonly LookupAddress[] | undefined;
    const first = addresses?.[0];
    if (error !== null || first === undefined) {
      callback(error ?? new Error('no address'), '', 0);
    } else if (addresses?.some((one) => isPrivate(one.address)) === true) {
      callback(privateError(hostname), '', 0);
    } else if (options.all === true) {
      (callback as (e: null, all: readonly LookupAddress[]) => void)(null, addresses ?? []);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

function privateError(host: string): ShoalError {
  const hint = 'allow it with --allow-private if it is yours';
  return new ShoalError('server/upstream', `${host} is in a private network; ${hint}`);
}

/** IANA special-purpose registry (RFC 6890 and updates). */
const PRIVATE_FOUR = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/** And every form that carries an IPv4 address. One list for both would take mapped for plain. */
const PRIVATE_SIX = blockList('ipv6', [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]);

function blockList(
  family: 'ipv4' | 'ipv6',
  subnets: readonly (readonly [string, number])[],
): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
