/**
 * Orders the functions of a chunk so that gzip packs it well: what it finds again costs more bits
 * the farther back it stands, and nothing is found beyond 32 kB.
 */
import { gzipSync } from 'node:zlib';
import { createRandom } from '@shoal/core/units';
import { parseAst } from 'vite';

/** Moves that are tried, a few milliseconds each; more find little more. */
const MOVES = 4000;

/** Functions may stand anywhere, for they are hoisted; all other statements keep their order. */
export function ordered(code: string): string {
  const functions: string[] = [];
  const others: string[] = [];
  for (const { type, start, end } of parseAst(code).body) {
    const text = code.slice(start, end);
    if (type === 'FunctionDeclaration') functions.push(text);
    else others.push(text.endsWith(';') ? text : `${text};`);
  }
  const { below } = createRandom(1);
  const joined = (order: readonly string[]): string => [...order, ...others].join('');
  let best = functions;
  let size = Number.POSITIVE_INFINITY;
  for (let move = 0; move < MOVES; move++) {
    const order = [...best];
    const [moved] = order.splice(below(order.length), 1);
    order.splice(below(functions.length), 0, ...(moved === undefined ? [] : [moved]));
    const { length } = gzipSync(joined(order), { level: 9 });
    if (length > size) continue;
    best = order;
    size = length;
  }
  return joined(best);
}
