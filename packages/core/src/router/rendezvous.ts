/** Rendezvous hashing: each title has its own order of edges, and keeps it when others come or go. */

/** The order in which `edges` are asked for `title`: the same for all who ask; ties break by id. */
export function rendezvous(title: string, edges: readonly string[]): readonly string[] {
  const ranked = edges.map((edge) => ({ edge, rank: hash(`${title}\n${edge}`) }));
  ranked.sort((a, b) => b.rank - a.rank || (a.edge < b.edge ? -1 : 1));
  return ranked.map(({ edge }) => edge);
}

/** FNV-1a, and then mixed: names that differ in their last letter must not be neighbours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
