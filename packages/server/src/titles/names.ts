/** Names of streams for addresses, made from what people call their files. */

/** A name for a title: letters, digits, dots, dashes. `id` tells apart titles called alike. */
export type NameOf = (title: string, id: string) => string;

/**
 * Gives each title a name of its own, in the order they come, and the same again later; `reserved`
 * are names of other streams.
 */
export function createNames(reserved: readonly string[] = []): NameOf {
  const taken = new Set(reserved);
  const known = new Map<string, string>();
  return (title, id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const plain = title
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9._]+/g, '-')
      .replace(/^[-._]+|[-._]+$/g, '')
      .slice(0, LENGTH_MAX);
    const base = plain === '' ? 'title' : plain;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    known.set(id, name);
    return name;
  };
}

const LENGTH_MAX = 56;
