/**
 * What an address in an ICE candidate is: public, private, a name of multicast DNS, or nothing to
 * send packets to.
 */

export type AddressKind = 'public' | 'private' | 'mdns' | 'unfit';

/** `unfit` covers malformed text, multicast, broadcast, unspecified and IPv4-in-IPv6 addresses. */
export function addressKind(text: string): AddressKind {
  if (MDNS.test(text)) return 'mdns';
  const v4 = parseIPv4(text);
  if (v4 !== undefined) return kindOfIPv4(v4);
  const v6 = parseIPv6(text);
  return v6 === undefined ? 'unfit' : kindOfIPv6(v6);
}

/** Browsers hide host addresses behind such names (RFC 8828 section 5.2). */
const MDNS = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/;

function parseIPv4(text: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** RFC 6890: what is not forwarded by routers of the Internet. */
function kindOfIPv4([a = 0, b = 0, c = 0]: readonly number[]): AddressKind {
  if (a === 0 || a >= 224) return 'unfit';
  const local = a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32);
  const site = (a === 192 && b === 168) || (a === 169 && b === 254);
  const shared = a === 100 && b >= 64 && b < 128;
  const test = (a === 198 && (b === 18 || b === 19)) || (a === 192 && b === 0 && c === 0);
  return local || site || shared || test ? 'private' : 'public';
}

/** Eight groups; undefined when malformed. Zones and dotted tails are malformed here. */
function parseIPv6(text: string): readonly number[] | undefined {
  if (!/^[0-9a-fA-F:]{2,39}$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}

function kindOfIPv6(groups: readonly number[]): AddressKind {
  const first = groups[0] ?? 0;
  const leadingZeros = groups.findIndex((group) => group !== 0);
  if (leadingZeros === -1) return 'unfit';
  if (leadingZeros === 7 && groups[7] === 1) return 'private';
  if (leadingZeros >= 5 || first >= 0xff00) return 'unfit';
  const local = (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
  return local ? 'private' : 'public';
}
