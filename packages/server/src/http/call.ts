/** One HTTP request as the roles see it: a clean path, a query, and the response to fill. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meters } from '../telemetry/meters.js';

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  /** Decoded, without the leading slash; no empty, `.` or `..` segment, no control character. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly meters: Meters;
}

/** Answers a call; what it throws becomes a 500 without details. */
export type Handler = (call: Call) => void | Promise<void>;

export interface Route {
  /** An exact path, or a folder when it ends with `/`. */
  readonly at: string;
  /** Methods besides GET, HEAD and OPTIONS. */
  readonly post?: boolean;
  /** Whether all methods are let through, but TRACE and CONNECT; they are in `req`. */
  readonly anyMethod?: boolean;
  /** Whether pages of other sites may read the answer: media yes, controls no. */
  readonly cors: boolean;
  readonly handle: Handler;
}

/** Longest request target; signed tokens in a query fit, floods do not. */
export const TARGET_CHARS_MAX = 4096;

/**
 * Splits and cleans a request target. Undefined when it is malformed or tries to leave its folder.
 */
export function readTarget(
  target: string,
): { readonly path: string; readonly query: URLSearchParams } | undefined {
  if (!target.startsWith('/')) return undefined;
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const path = decode(raw.slice(1));
  if (path === undefined || UNCLEAN.test(path)) return undefined;
  const segments = path.split('/');
  const folder = path.endsWith('/') || path === '';
  const named = folder ? segments.slice(0, -1) : segments;
  if (named.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return undefined;
  }
  return { path, query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) };
}

/** Control characters and backslashes never belong into a path of ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNCLEAN = /[\u0000-\u001f\u007f\\]/;

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
