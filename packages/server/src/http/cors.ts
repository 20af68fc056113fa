/** Cross-origin access to media: any page may read it, as on any CDN; nothing here uses cookies. */
import type { Call } from './call.js';

const HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Accept-Ranges, Age, Cache-Status, Content-Length, Content-Range, Date, ETag, Server-Timing',
  'Timing-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
} as const;

export function allowAnyOrigin(call: Call): void {
  for (const [name, value] of Object.entries(HEADERS)) call.res.setHeader(name, value);
}

/**
 * Answers the browser's question before a request with a header of its own (Fetch standard, CORS
 * preflight).
 */
export function answerPreflight(call: Call, post: boolean): void {
  const methods = post ? 'GET, HEAD, POST, OPTIONS' : 'GET, HEAD, OPTIONS';
  call.res.writeHead(204, {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers':
      'Range, If-None-Match, If-Modified-Since, If-Range, Cache-Control, Pragma, Content-Type, ' +
      'CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status, CTA-Common-Access-Token',
    'Access-Control-Max-Age': '86400',
    Allow: methods,
    'Content-Length': '0',
  });
  call.res.end();
}
