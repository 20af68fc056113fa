/** The claims of a Common Access Token (CTA-5007) as a grant; what is not understood refuses it. */
import { GRANT_RULES_MAX, type Grant, type Part, type Rule } from './grant.js';
import { isTime } from './jwt-claims.js';
import type { Network } from './network.js';

/** An address or prefix of `catnip` (RFC 9164), as its CBOR tag says: 52 is IPv4, 54 IPv6. */
export interface TaggedNetwork {
  readonly tag: 52 | 54;
  readonly value: unknown;
}

/** Keys of the claims that an edge understands (IANA registry of CWT claims). */
export const CAT_CLAIM = {
  iss: 1,
  sub: 2,
  exp: 4,
  nbf: 5,
  iat: 6,
  cti: 7,
  catreplay: 308,
  catv: 310,
  catnip: 311,
  catu: 312,
  catm: 313,
} as const;

/** Undefined when a claim is malformed, unknown, or not kept by an edge; `exp` must be there. */
export function grantOfCat(claims: unknown): Grant | undefined {
  if (!(claims instanceof Map)) return undefined;
  for (const key of claims.keys()) if (!KNOWN.has(key as number)) return undefined;
  const of = (name: keyof typeof CAT_CLAIM): unknown => claims.get(CAT_CLAIM[name]);
  const [exp, nbf, catu, catnip, catm] = [
    of('exp'),
    of('nbf'),
    of('catu'),
    of('catnip'),
    of('catm'),
  ];
  // Replay 0 permits any number of uses; the others ask for a memory that edges do not share.
  if ((of('catv') ?? 1) !== 1 || (of('catreplay') ?? 0) !== 0) return undefined;
  if (!isTime(exp) || (nbf !== undefined && !isTime(nbf))) return undefined;
  const groups = catu === undefined ? [] : rulesOf(catu);
  const networks = catnip === undefined ? undefined : networksOf(catnip);
  const methods = catm === undefined ? undefined : methodsOf(catm);
  if (groups === undefined) return undefined;
  if (catnip !== undefined && networks === undefined) return undefined;
  if (catm !== undefined && methods === undefined) return undefined;
  return { from: nbf ?? 0, until: exp, groups, networks, methods };
}

/** `catu`: for each part of the address the matches that must all hold. */
function rulesOf(catu: unknown): readonly (readonly Rule[])[] | undefined {
  if (!(catu instanceof Map) || catu.size === 0) return undefined;
  const rules: Rule[] = [];
  for (const [component, matches] of catu) {
    const part = PARTS.get(component as number);
    if (part === undefined || !(matches instanceof Map) || matches.size === 0) return undefined;
    for (const [type, value] of matches) {
      const how = MATCHES.get(type as number);
      if (how === undefined || typeof value !== 'string') return undefined;
      rules.push({ part, how, value: part === 'host' ? value.toLowerCase() : value });
      if (rules.length > GRANT_RULES_MAX) return undefined;
    }
  }
  return rules.map((rule) => [rule]);
}

function networksOf(catnip: unknown): readonly Network[] | undefined {
  if (!Array.isArray(catnip) || catnip.length === 0 || catnip.length > GRANT_RULES_MAX)
    return undefined;
  const networks = catnip.map(networkOf);
  return networks.every((one) => one !== undefined) ? networks : undefined;
}

/** An address as bytes, or a prefix as its length and the bytes that are not all zero. */
function networkOf(item: unknown): Network | undefined {
  const { tag, value } = (item ?? {}) as Partial<TaggedNetwork>;
  const width = tag === 52 ? 4 : tag === 54 ? 16 : undefined;
  if (width === undefined) return undefined;
  const [bits, bytes] = Array.isArray(value) && value.length === 2 ? value : [width * 8, value];
  const whole = !Array.isArray(value);
  if (!(bytes instanceof Uint8Array) || bytes.length > width) return undefined;
  if (whole && bytes.length !== width) return undefined;
  if (!Number.isInteger(bits) || bits < 0 || bits > width * 8) return undefined;
  return { address: [...bytes, ...new Array<number>(width - bytes.length).fill(0)], bits };
}

function methodsOf(catm: unknown): readonly string[] | undefined {
  if (!Array.isArray(catm) || catm.length === 0 || catm.length > GRANT_RULES_MAX) return undefined;
  return catm.every((one) => typeof one === 'string') ? catm : undefined;
}

const KNOWN = new Set<number>(Object.values(CAT_CLAIM));

/** Scheme, port and query are missing: an edge behind a proxy does not know what was asked. */
const PARTS = new Map<number, Part>([
  [1, 'host'],
  [3, 'path'],
  [5, 'parent'],
  [6, 'filename'],
  [7, 'stem'],
  [8, 'extension'],
]);

/** Patterns and hashes are missing. */
const MATCHES = new Map<number, Rule['how']>([
  [0, 'exact'],
  [1, 'prefix'],
  [2, 'suffix'],
  [3, 'contains'],
]);
