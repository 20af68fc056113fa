/** Which headers of an upstream's answer reach a viewer: what is end to end, and what is ours. */
import { endToEnd } from './end-to-end.js';

/** Headers of one answer that are passed on; further ones are dropped. */
export const RELAYED_HEADERS_MAX = 64;

/** The headers to pass on of an answer with `headers`, names in lower case. */
export function relayed(
  headers: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return endToEnd(headers, (name) => OURS.has(name), RELAYED_HEADERS_MAX);
}

/**
 * Hop by hop (RFC 9110 section 7.6.1), written anew by us, or no business of an upstream: cookies
 * would be shared by all viewers, and `alt-svc` would lead them past us.
 */
const OURS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'accept-ranges',
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'age',
  'alt-svc',
  'cache-status',
  'content-length',
  'set-cookie',
  'via',
]);
