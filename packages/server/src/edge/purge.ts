/** `POST /api/purge`: what an operator wants forgotten, read strictly, done at once. */
import type { Purge } from '@shoal/core/edge';
import * as v from 'valibot';
import type { Route } from '../http/call.js';
import { readCommand } from '../http/command.js';
import { refuse, replyJson } from '../http/reply.js';
import { TARGET } from './answer.js';

/** Things that one request may name. */
export const PURGES_MAX = 256;

const TEXT = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const PATH = v.pipe(TEXT, v.regex(TARGET, 'must be a path such as /live/a.m3u8, or an address'));
const ADDRESS = v.pipe(TEXT, v.transform(targetOf), PATH);
const NAME = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be the name of a stream'),
);
const lists = <T extends v.GenericSchema>(item: T) =>
  v.optional(v.pipe(v.array(item), v.maxLength(PURGES_MAX)), []);
const ORDER = v.strictObject({
  urls: lists(ADDRESS),
  prefixes: lists(ADDRESS),
  streams: lists(NAME),
  tags: lists(v.pipe(TEXT, v.regex(/^[^\s,]+$/, 'must be one tag without spaces and commas'))),
  soft: v.optional(v.boolean(), false),
});

/** The purges that JSON asks for, or what is wrong with it. */
export function readPurges(json: unknown): readonly Purge[] | string {
  const read = v.safeParse(ORDER, json);
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue);
    return path === null
      ? 'send JSON such as {"prefixes": ["/live/"]}'
      : `${path}: ${issue.message}`;
  }
  const { urls, prefixes, streams, tags, soft } = read.output;
  const made = (by: Purge['by'], values: readonly string[]): readonly Purge[] =>
    values.map((value) => ({ by, value, soft }));
  const purges = [
    ...made('url', urls),
    ...made('prefix', prefixes),
    ...made(
      'prefix',
      streams.map((name) => `/hls/${name}/`),
    ),
    ...made(
      'url',
      streams.map((name) => `/records/${name}`),
    ),
    ...made('tag', tags),
  ];
  if (purges.length === 0) return 'name urls, prefixes, streams or tags';
  return purges.length > PURGES_MAX ? `name ${PURGES_MAX} things at most` : purges;
}

export interface PurgeParts {
  /** Answers how many objects it concerned. */
  readonly purge: (purges: readonly Purge[]) => number;
  /** What the operator must show; undefined: whoever reaches this port may. */
  readonly token: string | undefined;
}

export function purgeRoute({ purge, token }: PurgeParts): Route {
  return {
    at: 'api/purge',
    post: true,
    cors: false,
    handle: async (call) => {
      const command = await readCommand(call, token);
      if (command === undefined) return;
      const purges = readPurges(command.json);
      if (typeof purges === 'string') refuse(call, 400, purges);
      else replyJson(call, { objects: purge(purges) });
    },
  };
}

/** What a cache is asked for at this address; a path stays as it is. */
function targetOf(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return text;
  const { pathname, search } = new URL(text);
  return `${pathname}${search}`;
}
