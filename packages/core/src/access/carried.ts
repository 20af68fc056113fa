/** Finds the tokens that a request carries, and the target without them. */

/** Longest token that is looked at. */
export const TOKEN_CHARS_MAX = 1024;

/** The name of a token in a path, a query and a cookie. */
export const TOKEN_NAME = 'shoal-token';

/** The header that carries a token, in lower case. */
export const TOKEN_HEADER = 'cta-common-access-token';

/** Where a token stood. */
export type TokenForm = 'path' | 'query' | 'cookie' | 'header';

export interface Carried {
  /** What goes on: nothing of a token is in it. */
  readonly target: string;
  /** Each different token once, in the order path, query, header, cookie. */
  readonly tokens: readonly string[];
  /** Where the first stood; undefined when there is none. */
  readonly form: TokenForm | undefined;
}

/**
 * `/shoal-token=…/live/a.m3u8`, `?shoal-token=…` or `?CAT=…`, the header
 * `CTA-Common-Access-Token`, and cookies of these names.
 */
export function carriedIn(
  target: string,
  header: string | undefined,
  cookie: string | undefined,
): Carried {
  const found: [TokenForm, string][] = [];
  const bare = fromQuery(fromPath(target, found), found);
  if (header !== undefined) found.push(['header', header]);
  if (cookie !== undefined) fromCookie(cookie, found);
  return {
    target: bare,
    tokens: [...new Set(found.map(([, token]) => token))],
    form: found[0]?.[0],
  };
}

/** The target that carries `token` in its path, so that relative addresses in it do too. */
export function inPath(target: string, token: string): string {
  return `${IN_PATH}${token}${target}`;
}

/** Whether a token can be one at all: the letters of base64url, and dots between its parts. */
export function isToken(text: string): boolean {
  return text.length <= TOKEN_CHARS_MAX && /^[\w-]+(?:\.[\w-]+){0,2}$/.test(text);
}

/**
 * Request headers, names in lower case, without any token: not in its own header, not in cookies,
 * not in the address that a viewer came from.
 */
export function withoutTokens(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const { [TOKEN_HEADER]: _token, cookie, referer, ...rest } = headers;
  const kept = cookie?.split(';').filter((pair) => !COOKIE_NAME.test(pair));
  const cookies = kept?.join(';').trim() ?? '';
  return {
    ...rest,
    ...(cookies === '' ? {} : { cookie: cookies }),
    ...(referer === undefined || TOLD.test(referer) ? {} : { referer }),
  };
}

function fromPath(target: string, found: [TokenForm, string][]): string {
  if (!target.startsWith(IN_PATH)) return target;
  const mark = target.indexOf('?');
  const end = target.indexOf('/', IN_PATH.length);
  if (end < 0 || (mark >= 0 && end > mark)) return target;
  found.push(['path', target.slice(IN_PATH.length, end)]);
  // One that is left is no token: what follows would be read as the other kind of path.
  return fromPath(target.slice(end), found);
}

function fromQuery(target: string, found: [TokenForm, string][]): string {
  const mark = target.indexOf('?');
  if (mark < 0 || !QUERY.test(target)) return target;
  const kept: string[] = [];
  for (const pair of target.slice(mark + 1).split('&')) {
    const token = /^(?:shoal-token|CAT)=(.*)$/s.exec(pair)?.[1];
    if (token === undefined) kept.push(pair);
    else found.push(['query', token]);
  }
  const path = target.slice(0, mark);
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function fromCookie(cookie: string, found: [TokenForm, string][]): void {
  for (const pair of cookie.split(';')) {
    const token = COOKIE.exec(pair)?.[1];
    if (token !== undefined) found.push(['cookie', token]);
  }
}

const IN_PATH = `/${TOKEN_NAME}=`;
const QUERY = /[?&](?:shoal-token|CAT)=/;
const COOKIE = /^\s*(?:shoal-token|CTA-Common-Access-Token)=([^\s]*)\s*$/i;
/** Of these names, whatever their value looks like. */
const COOKIE_NAME = /^\s*(?:shoal-token|CTA-Common-Access-Token)\s*(?:=|$)/i;
const TOLD = /[/?&](?:shoal-token|CAT)=/;
