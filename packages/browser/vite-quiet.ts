/** Leaves out what no page hears: the rule that a frame breaks, and why a machine wakes. */
import { parseAst } from 'vite';

/** Which argument says it, by whom it is said to; all are the last ones of their functions. */
const UNHEARD = new Map([
  ['check', 1],
  ['refined', 2],
  ['isDue', 2],
  ['wakeAt', 2],
]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [name: string]: unknown;
}

/** Only words leave: an argument that is anything else stays. `code`: before it is minified. */
export function quiet(code: string): string {
  const said: [from: number, to: number][] = [];
  for (const open: unknown[] = [parseAst(code)]; open.length > 0; ) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    open.push(...Object.values(node));
    const { type, callee, arguments: given } = node as Partial<Node>;
    if (type !== 'CallExpression') continue;
    const at = UNHEARD.get(nameOf(callee as Node));
    const [before, last] = (given as Node[]).slice(-2);
    if (at === undefined || (given as Node[]).length !== at + 1 || !isWord(last!)) continue;
    said.push([before!.end, last!.end]);
  }
  return said
    .sort(([a], [b]) => b - a)
    .reduce((text, [from, to]) => text.slice(0, from) + text.slice(to), code);
}

/** Of a function or a method; the bundler numbers those that share their name. */
function nameOf({ type, name, property }: Node): string {
  const said = type === 'MemberExpression' ? (property as Node).name : name;
  return String(said).replace(/\$\d+$/, '');
}

function isWord({ type, value }: Node): boolean {
  return type === 'Literal' && typeof value === 'string';
}
