/** `Cache-Control` as a map (RFC 9111 section 5.2), read from a stranger's header. */

/** Longest header read; what follows counts as not said. */
export const DIRECTIVES_CHARS_MAX = 2048;

/** Directives by lower-case name; those without an argument have an empty one. */
export type Directives = ReadonlyMap<string, string>;

/**
 * Reads a list of directives. The first of two with one name stands (RFC 9111 section 4.2.1); what
 * is malformed is left out.
 */
export function readDirectives(header: string | undefined): Directives {
  const found = new Map<string, string>();
  if (header === undefined) return found;
  for (const [, name = '', quoted, plain] of header
    .slice(0, DIRECTIVES_CHARS_MAX)
    .matchAll(DIRECTIVE)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted ?? plain ?? '');
  }
  return found;
}

/**
 * The seconds of a directive in milliseconds; undefined when it is absent. One that is no whole
 * number counts as 0: stale is the safe reading (RFC 9111 section 4.2.1).
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const text = directives.get(name);
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Math.min(Number(text), SECONDS_MAX) * 1000 : 0;
}

const DIRECTIVE = /([!#$%&'*+.^_`|~\w-]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?\s*(?:,|$)/g;

/** RFC 9111 section 1.2.2: a larger number is this one. */
const SECONDS_MAX = 2 ** 31;
