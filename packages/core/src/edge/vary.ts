/** Which of several answers of one address belongs to a request (RFC 9111 section 4.1). */

/** Longest `Vary` that is followed; an answer with a longer one is for its asker alone. */
export const VARY_CHARS_MAX = 512;
/** Most headers that an answer may depend on. */
export const VARY_NAMES_MAX = 16;

/**
 * The request headers, in lower case and in order, on which an answer depends; `undefined` when it
 * depends on more than headers, or on too many.
 */
export function variesBy(vary: string | undefined): readonly string[] | undefined {
  if (vary === undefined) return NONE;
  if (vary.length > VARY_CHARS_MAX) return undefined;
  const names = new Set(
    vary
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  names.delete('');
  if (names.has('*') || names.size > VARY_NAMES_MAX) return undefined;
  // What we send of our own makes no difference between two viewers.
  names.delete('accept-encoding');
  return names.size === 0 ? NONE : [...names].sort();
}

/**
 * The key of the answer to a request with `headers`, names in lower case. Two requests with one key
 * mean the same by all headers in `names`. A target has no spaces, so no key is another's target.
 */
export function variantKey(
  target: string,
  names: readonly string[],
  headers: Readonly<Record<string, string | undefined>>,
): string {
  let key = target;
  for (const name of names) {
    const value = headers[name];
    key += value === undefined ? ` ${name}` : ` ${name}:${encoded(normal(name, value))}`;
  }
  return key;
}

/** White space around commas means nothing; neither do case and order of languages. */
function normal(name: string, value: string): string {
  const list = value.trim().split(/[\t ]*,[\t ]*/);
  if (name !== 'accept-language') return list.join(',');
  return list
    .map((one) => one.toLowerCase())
    .sort()
    .join(',');
}

/** Without spaces, so that a value cannot pass for a further header. */
function encoded(value: string): string {
  return value.replace(/[% ]/g, (char) => (char === '%' ? '%25' : '%20'));
}

const NONE: readonly string[] = [];
