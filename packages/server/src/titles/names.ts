/** Names of streams for addresses, made from what people call their files. */

/** Gives each title a name of its own, in the order they come: letters, digits, dots, dashes. */
export function createNames(): (title: string) => string {
  const taken = new Set<string>();
  return (title) => {
    const plain = title
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9._]+/g, '-')
      .replace(/^[-._]+|[-._]+$/g, '')
      .slice(0, LENGTH_MAX);
    const base = plain === '' ? 'title' : plain;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
    taken.add(name);
    return name;
  };
}

const LENGTH_MAX = 56;
