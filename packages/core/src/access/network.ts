/** Addresses and the networks they lie in, IPv4 and IPv6, read from text that strangers may write. */

/** Longest text of an address or a network that is read. */
export const NETWORK_CHARS_MAX = 64;

/** An address as its bytes: 4, or 16. An IPv4 address written as IPv6 has 4. */
export type Address = readonly number[];

/** All addresses that begin with the same `bits`. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

/** Undefined for anything but one address; a zone (`%eth0`) is cut off. */
export function readAddress(text: string): Address | undefined {
  if (text.length > NETWORK_CHARS_MAX) return undefined;
  const plain = text.replace(/%.*$/s, '');
  return plain.includes(':') ? readSix(plain) : readFour(plain);
}

/** `192.0.2.0/24`, `2001:db8::/48`, or one address. Undefined for anything else. */
export function readNetwork(text: string): Network | undefined {
  const match = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text);
  const address = readAddress(match?.[1] ?? '');
  if (match === null || address === undefined) return undefined;
  const width = match[1]?.includes(':') === true ? 128 : 32;
  // The bits of `::ffff:192.0.2.0/120` count from the beginning of its IPv6 form.
  const bits = Number(match[2] ?? width) - (width - address.length * 8);
  return bits >= 0 && bits <= address.length * 8 ? { address, bits } : undefined;
}

export function isInNetwork(address: Address, network: Network): boolean {
  if (address.length !== network.address.length) return false;
  for (let at = 0; at * 8 < network.bits; at += 1) {
    const left = Math.min(8, network.bits - at * 8);
    const mask = (0xff << (8 - left)) & 0xff;
    if (((address[at] ?? 0) & mask) !== ((network.address[at] ?? 0) & mask)) return false;
  }
  return true;
}

function readFour(text: string): Address | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function readSix(text: string): Address | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const left = groupsOf(head, tail === undefined);
  const right = groupsOf(tail ?? '', true);
  if (left === undefined || right === undefined) return undefined;
  const gap = 16 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 2) return undefined;
  const bytes = [...left, ...new Array<number>(gap).fill(0), ...right];
  return MAPPED.every((byte, at) => bytes[at] === byte) ? bytes.slice(12) : bytes;
}

/** The bytes of groups with colons between; the last of an address may be one of IPv4. */
function groupsOf(text: string, ends: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [at, group] of groups.entries()) {
    const four = ends && at === groups.length - 1 ? readFour(group) : undefined;
    if (four !== undefined) bytes.push(...four);
    else if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    else {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes.length <= 16 ? bytes : undefined;
}

/** RFC 4291 section 2.5.5.2. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;
