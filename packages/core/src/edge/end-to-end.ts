/** Which headers of a message go on to the next hop. */

/**
 * `headers` (names in lower case) but those that its `Connection` names, those that `stays` says
 * are for this hop, and what comes after the first `max`.
 */
export function endToEnd(
  headers: Readonly<Record<string, string | undefined>>,
  stays: (name: string) => boolean,
  max: number,
): Readonly<Record<string, string>> {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || stays(name) || named.has(name)) continue;
    count += 1;
    if (count > max) break;
    kept[name] = value;
  }
  return kept;
}
