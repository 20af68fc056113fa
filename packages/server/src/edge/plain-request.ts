/** Reads requests of the plainest kind, those of players, without Node's HTTP parser. */
import { acceptsGzip, TARGET } from './answer.js';

/** Longest request that the lane reads. */
export const LANE_REQUEST_BYTES_MAX = 2048;

/** What the headers of a plain request say. */
interface Plain {
  readonly gzip: boolean;
  readonly host: string;
  readonly cookie: string | undefined;
}

/** A request that the lane understands wholly. */
export interface PlainRequest extends Plain {
  readonly target: string;
}

/**
 * Reads one whole request of the plainest kind. Undefined for all else: another method or version,
 * a header not known to change nothing, a line folded or ended otherwise, two requests at once.
 */
export function readPlain(chunk: Buffer): PlainRequest | undefined {
  if (chunk.length > LANE_REQUEST_BYTES_MAX) return undefined;
  const text = chunk.toString('latin1');
  const end = text.indexOf(VERSION);
  if (!text.startsWith('GET /') || end < 0) return undefined;
  const rest = text.slice(end + VERSION.length);
  let plain = verdicts.get(rest);
  if (plain === undefined) {
    plain = judge(rest);
    if (verdicts.size >= VERDICTS_MAX) verdicts.clear();
    verdicts.set(rest, plain);
  }
  if (plain === 'other') return undefined;
  const target = text.slice(4, end);
  return TARGET.test(target) ? { target, ...plain } : undefined;
}

/** Whether every header is harmless and the request ends here. */
function judge(headers: string): Plain | 'other' {
  if (!headers.endsWith('\r\n\r\n')) return 'other';
  let hosts = 0;
  let [gzip, host, cookie]: [boolean, string, string | undefined] = [false, '', undefined];
  for (const line of headers.slice(0, -4).split('\r\n')) {
    const match = LINE.exec(line);
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = match?.[2] ?? '';
    if (name === 'host') {
      hosts += 1;
      host = value;
    } else if (name === 'accept-encoding') gzip = acceptsGzip(value);
    else if (name === 'cookie') {
      // Two would have to be joined (RFC 9113 section 8.2.3): not plain.
      if (cookie !== undefined) return 'other';
      cookie = value;
    } else if (name === 'connection') {
      if (value.toLowerCase() !== 'keep-alive') return 'other';
    } else if (!HARMLESS.has(name)) return 'other';
  }
  return hosts === 1 ? { gzip, host, cookie } : 'other';
}

/** Requests of one program differ in their first line only, so their headers are judged once. */
const verdicts = new Map<string, Plain | 'other'>();
const VERDICTS_MAX = 1000;

const VERSION = ' HTTP/1.1\r\n';
const LINE = /^([\w-]+): ?([\t\x20-\x7e]*)$/;
/** They change nothing of what we send. */
const HARMLESS = new Set([
  'accept',
  'accept-language',
  'dnt',
  'origin',
  'priority',
  'referer',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
]);
