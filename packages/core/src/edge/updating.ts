/** What an upstream's 304 changes of a stored answer (RFC 9111 section 3.2). */

/** The headers of a stored answer after a 304 with headers `fresh`; names in lower case. */
export function updated(
  stored: Readonly<Record<string, string | undefined>>,
  fresh: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const headers: Record<string, string | undefined> = { ...stored };
  // It was the age of that answer.
  delete headers.age;
  for (const [name, value] of Object.entries(fresh)) {
    if (!OF_THE_BYTES.has(name)) headers[name] = value;
  }
  return headers;
}

/** They describe the stored bytes, which a 304 does not carry. */
const OF_THE_BYTES = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  'etag',
]);
