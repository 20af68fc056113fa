/** The router's configuration: one YAML file, read strictly, wrong lines named. */

import { ShoalError } from '@shoal/core/errors';
import { DEFAULT_ROUTER, EDGES_MAX } from '@shoal/core/router';
import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';

/** Characters of the file. */
export const ROUTER_FILE_CHARS_MAX = 1_048_576;

const NAME = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][\w.-]{0,63}$/,
    'must have 1 to 64 letters, digits, dots, dashes or underscores',
  ),
);
const URL_OF_EDGE = v.pipe(
  v.string(),
  v.check(isBase, 'must be an http or https address without a path'),
);
const SECONDS = v.pipe(v.number(), v.minValue(0.1), v.maxValue(3600));
const COUNT = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));
const SHARE = v.pipe(v.number(), v.minValue(0.01), v.maxValue(1));

const FILE = v.strictObject({
  /** Where viewers can be sent. */
  edges: v.pipe(
    v.array(v.strictObject({ id: NAME, url: URL_OF_EDGE, place: v.optional(NAME, 'anywhere') })),
    v.minLength(1),
    v.maxLength(EDGES_MAX),
  ),
  /** Other places in order of distance, by place. */
  near: v.optional(v.record(NAME, v.array(NAME)), {}),
  /** A file of lines such as `192.0.2.0/24 oslo`, beside this one. */
  prefixes: v.optional(v.string()),
  /** Content Steering. */
  steering: v.optional(
    v.strictObject({
      /** The pathway that manifests name; others are clones of it. */
      base: v.optional(NAME),
      ttl: v.optional(SECONDS, 10),
    }),
    {},
  ),
  checks: v.optional(
    v.strictObject({
      every: v.optional(SECONDS, DEFAULT_ROUTER.checkMs / 1000),
      failures: v.optional(COUNT, DEFAULT_ROUTER.failuresToDown),
      successes: v.optional(COUNT, DEFAULT_ROUTER.successesToUp),
    }),
    {},
  ),
  load: v.optional(
    v.strictObject({
      full: v.optional(SHARE, DEFAULT_ROUTER.fullAt),
      room: v.optional(SHARE, DEFAULT_ROUTER.roomAt),
    }),
    {},
  ),
});

/** What the file says, defaults filled in. */
export type RouterFile = v.InferOutput<typeof FILE>;

/** Throws `server/config` with the line and the key of what is wrong. */
export function readRouterFile(text: string, where: string): RouterFile {
  if (text.length > ROUTER_FILE_CHARS_MAX) throw wrong(`${where} is too long`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core' });
  const [error] = document.errors;
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (error !== undefined)
    throw wrong(`${where}:${lineAt(error.pos[0])}: ${firstLine(error.message)}`);
  const read = v.safeParse(FILE, plain(document, where));
  if (!read.success) {
    const [issue] = read.issues;
    const keys = (issue.path ?? []).map(({ key }) => key);
    const node = nearest(document, keys);
    const line = node === undefined ? '' : `:${lineAt(node)}`;
    throw wrong(`${where}${line}: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  checkNames(read.output, where);
  return read.output;
}

/** Without aliases, which could make a small file large. */
function plain(document: ReturnType<typeof parseDocument>, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new ShoalError('server/config', `${where}: aliases (*name) are not read`, error);
  }
}

/** Where the deepest node on the way to `keys` begins. */
function nearest(
  document: ReturnType<typeof parseDocument>,
  keys: readonly unknown[],
): number | undefined {
  for (let depth = keys.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(keys.slice(0, depth), true);
    const range = (node as { range?: readonly number[] } | undefined)?.range;
    if (range?.[0] !== undefined) return range[0];
  }
  return undefined;
}

function checkNames({ edges, steering, load }: RouterFile, where: string): void {
  const ids = edges.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw wrong(`${where}: two edges have the id "${twice}"`);
  const { base } = steering;
  if (base !== undefined && !ids.includes(base)) {
    throw wrong(
      `${where}: steering.base "${base}" is no edge; it must be one of ${ids.join(', ')}`,
    );
  }
  if (load.room >= load.full) throw wrong(`${where}: load.room must be less than load.full`);
}

function isBase(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return false;
  return url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/:$/, '') ?? '';
}

function wrong(why: string): ShoalError {
  return new ShoalError('server/config', why);
}
