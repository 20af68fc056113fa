/** Logs: one line an event on stderr; addresses are cut before they are written. */
import { isShoalError, sentenceOf } from '@shoal/core/errors';
import pino from 'pino';
import { logLine } from './log-line.js';

export type Log = pino.Logger;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines, as collectors want them; at a terminal, lines for a person. */
export function createLog(level: LogLevel): Log {
  const options = { level, base: null, serializers: { err: errorFacts } };
  if (process.stderr.isTTY !== true)
    return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino(options, { write: (json: string) => void process.stderr.write(logLine(json)) });
}

/** What the world did wrong needs no stack; a bug of ours does. */
function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  return isShoalError(error)
    ? { code: error.code, message: sentenceOf(error) }
    : { message, stack };
}

/** The network of an address: /24 of IPv4, /48 of IPv6. What remains names no person. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(plain);
  if (four !== null) return `${four[1]}.${four[2]}.${four[3]}.0/24`;
  const groups = expandSix(plain);
  return groups === undefined ? 'unknown' : `${groups.slice(0, 3).join(':')}::/48`;
}

/** The eight groups of an IPv6 address, in canonical short form. */
function expandSix(address: string): readonly string[] | undefined {
  if (!/^[0-9a-f:]{2,39}$/i.test(address)) return undefined;
  const [head = '', tail, more] = address.split('::');
  if (more !== undefined) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...left, ...new Array<string>(Math.max(0, gap)).fill('0'), ...right];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
