/** The claims of a JSON Web Token as a grant; a claim that is not understood refuses the token. */
import { GRANT_RULES_MAX, type Grant, type Rule } from './grant.js';
import { type Network, readNetwork } from './network.js';
import { plainPath } from './path.js';

/**
 * Undefined when the claims are malformed, incomplete or more than is understood: `exp` and `path`
 * must be there; `nbf` and `net` may; `iat`, `jti`, `iss` and `sub` say nothing to an edge.
 */
export function grantOfJwt(claims: unknown): Grant | undefined {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
  if (Object.keys(claims).some((name) => !KNOWN.has(name))) return undefined;
  const { exp, nbf, path, net } = claims as Readonly<Record<string, unknown>>;
  const folders = texts(path)?.map(folderRule);
  const networks = net === undefined ? undefined : readNetworks(texts(net));
  if (!isTime(exp) || (nbf !== undefined && !isTime(nbf))) return undefined;
  if (folders === undefined || !folders.every((rule) => rule !== undefined)) return undefined;
  if (net !== undefined && networks === undefined) return undefined;
  return { from: nbf ?? 0, until: exp, groups: [folders], networks, methods: READS };
}

/** What asks and changes nothing. */
export const READS: readonly string[] = ['GET', 'HEAD'];

/** Seconds since 1970 (RFC 7519 section 2, NumericDate). */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** All of them, or undefined when one is no network or there is none. */
export function readNetworks(list: readonly string[] | undefined): readonly Network[] | undefined {
  const networks = list?.map(readNetwork);
  return networks?.every((one) => one !== undefined) === true ? networks : undefined;
}

/** One text or a list of them. */
function texts(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > GRANT_RULES_MAX) return undefined;
  return list.every((one) => typeof one === 'string') ? list : undefined;
}

function folderRule(folder: string): Rule | undefined {
  const value = plainPath(folder);
  return value === undefined || folder.includes('?')
    ? undefined
    : { part: 'path', how: 'under', value };
}

const KNOWN = new Set(['exp', 'nbf', 'path', 'net', 'iat', 'jti', 'iss', 'sub']);
