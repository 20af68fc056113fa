/** A part of a scenario file: keys that are known, and a sentence about any other. */
import * as v from 'valibot';

/** A mapping with these keys and no others. */
export function section<Entries extends v.ObjectEntries>(entries: Entries) {
  const keys = Object.keys(entries);
  return v.strictObject(entries, (issue) => {
    const last = issue.path?.at(-1);
    if (issue.expected === 'never') return unknownKey(String(last?.key), keys);
    if (last !== undefined && keys.includes(String(last.key)) && last.value === undefined) {
      return 'is missing';
    }
    return `wants the keys ${listed(keys)}`;
  });
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(words: Words) {
  // Status codes are numbers to YAML.
  const asText = v.transform((value: unknown) => (typeof value === 'number' ? `${value}` : value));
  return v.pipe(v.unknown(), asText, v.picklist(words, `wants ${listed(words)}`));
}

/** One thing, or a list of such things; read as a list. */
export function oneOrMore<Schema extends v.GenericSchema>(schema: Schema) {
  type Item = v.InferOutput<Schema>;
  return v.pipe(
    v.unknown(),
    v.transform((value) => (Array.isArray(value) ? value : [value])),
    v.array(schema),
    v.minLength(1, 'wants at least one entry'),
    v.transform((list): readonly Item[] => list),
  );
}

function unknownKey(key: string, keys: readonly string[]): string {
  const near = nearest(key, keys);
  const hint = near === undefined ? `the keys here are ${listed(keys)}` : `did you mean ${near}?`;
  return `is not a key that belongs here; ${hint}`;
}

/** The key that a slip of the finger could have turned into `word`. */
function nearest(word: string, keys: readonly string[]): string | undefined {
  const near = keys
    .map((key) => ({ key, apart: distance(word, key) }))
    .filter(({ key, apart }) => apart <= (key.length > 3 ? 2 : 1));
  near.sort((a, b) => a.apart - b.apart || (a.key < b.key ? -1 : 1));
  return near[0]?.key;
}

/** Insertions, removals and replacements between two words (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const swap = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
