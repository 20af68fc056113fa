/** Gives our own names short ones, the shortest to those that are said most often. */
import { type MinifyOptions, minify } from 'terser';

/** What `names` are called from now on. `code`: the whole bundle, before it is minified. */
export async function shortNames(
  code: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, number>();
  for (const [word] of code.matchAll(SAID)) said.set(word, (said.get(word) ?? 0) + 1);
  const often = (name: string): number => said.get(name) ?? 0;
  const sorted = (await unknown(names))
    .filter((name) => code.includes(name))
    .sort((a, b) => often(b) - often(a) || (a < b ? -1 : 1));
  const taken = new Set(code.match(/\b[\w$]{2}\b|(?<=\.)[\w$]\b/g));
  const pairs = [...LOWER].flatMap((first) => [...LOWER].map((second) => first + second));
  const free = [...LOWER, ...UPPER, ...pairs].filter((name) => !taken.has(name));
  return new Map(sorted.map((name, i) => [name, free[i] ?? name]));
}

/** Shortens the words; properties are the minifier's to rename, by `propertyNames`. */
export function shortenWords(code: string, short: ReadonlyMap<string, string>): string {
  return code.replace(/"([\w-]+)"/g, (all, word) =>
    short.has(word) ? `"${short.get(word)}"` : all,
  );
}

/** Options by which terser renames those properties and no others. */
export function propertyNames(short: ReadonlyMap<string, string>): MinifyOptions {
  const regex = new RegExp(`^(?:${[...short.keys()].join('|')})$`);
  const props = Object.fromEntries([...short].map(([name, to]) => [`$${name}`, to]));
  return {
    mangle: { properties: { regex, keep_quoted: 'strict' } },
    nameCache: { props: { props } },
  };
}

/** Those that terser does not keep either: it knows names of browsers that TypeScript lacks. */
async function unknown(names: readonly string[]): Promise<readonly string[]> {
  const nameCache: { props?: { props: object } } = {};
  const all = JSON.stringify(Object.fromEntries(names.map((name) => [name, 0])));
  await minify(`use(${all})`, { compress: false, mangle: { properties: true }, nameCache });
  const renamed = new Set(Object.keys(nameCache.props?.props ?? {}));
  return names.filter((name) => renamed.has(`$${name}`));
}

/** By how often they occur in English, as the minifier orders the names of variables. */
const LOWER = 'etnrioascdluhpmfgvbykwxqjz';
const UPPER = 'ETNRIOASCDLUHPMFGVBYKWXQJZ_$';
/** A property that is read, a key or a method, a word. */
const SAID = /(?<=\.)[\w$]+|[\w$]+(?=[:(])|(?<=")[\w-]+(?=")/g;
