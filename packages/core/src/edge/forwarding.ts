/** Which headers of a viewer's request an upstream is told, where it is told any. */
import { endToEnd } from './end-to-end.js';

/** Headers of one request that are passed on; further ones are dropped. */
export const FORWARDED_HEADERS_MAX = 64;

/**
 * The headers to pass on of a request with `headers`, names in lower case. Conditions and ranges
 * stay here: an upstream is asked for whole answers, from which every viewer can be served.
 */
export function forwarded(
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return endToEnd(
    headers,
    (name) => OURS.has(name) || MISLEADING.test(name),
    FORWARDED_HEADERS_MAX,
  );
}

/** Whether a request says who asks, so that the answer may be for the asker alone. */
export function hasCredentials(headers: Readonly<Record<string, string | undefined>>): boolean {
  return headers.authorization !== undefined || headers.cookie !== undefined;
}

/** Hop by hop (RFC 9110 section 7.6.1), or written anew by us. */
const OURS = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'content-length', 'expect', 'host', 'via', 'cdn-loop'],
  ...['accept-encoding', 'range', 'if-range', 'if-match', 'if-none-match'],
  ...['if-modified-since', 'if-unmodified-since'],
]);

/**
 * By these an origin may read another address or method than the one in the key of our cache, or
 * believe an address of the viewer's own making.
 */
const MISLEADING =
  /^(?:forwarded|x-forwarded(?:-.*)?|x-original-.*|x-rewrite-.*|x-host|x-http-.*|x-method-override|x-real-ip|client-ip|true-client-ip|x-client-ip|x-cluster-client-ip|cf-connecting-ip)$/;
