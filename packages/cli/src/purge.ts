/** `shoal purge`: tells edges to forget what they hold, all at once, and says which have. */
import { purgeEdges } from '@shoal/server';
import type { Command } from 'commander';

interface PurgeValues {
  readonly edge: readonly string[];
  readonly url: readonly string[];
  readonly prefix: readonly string[];
  readonly stream: readonly string[];
  readonly tag: readonly string[];
  readonly soft?: boolean;
}

export function addPurge(program: Command): void {
  program
    .command('purge')
    .summary('tell edges to forget objects')
    .description(
      `Tells edges, all at the same time, to forget what they hold, and says which of them have. An
edge takes it at its admin port (shoal edge --admin). What an edge is fetching at that moment is not
kept either. With a parent in front of the origin, name the parent first: edges ask it again.`,
    )
    .requiredOption('--edge <url>', 'the admin address of an edge; again for more', add)
    .option(
      '--url <url>',
      'an address, or its path; without a query, with any; again for more',
      add,
      [],
    )
    .option('--prefix <path>', 'all that begins so; again for more', add, [])
    .option('--stream <name>', 'all of a stream of Shoal; again for more', add, [])
    .option('--tag <tag>', 'all that its origin gave this Cache-Tag or Surrogate-Key', add, [])
    .option('--soft', 'only stale: asked for anew, and kept for when the origin fails')
    .addHelpText('after', EXAMPLES)
    .action(async (values: PurgeValues) => {
      const { edge, url, prefix, stream, tag, soft } = values;
      const order = {
        urls: url,
        prefixes: prefix,
        streams: stream,
        tags: tag,
        soft: soft ?? false,
      };
      const outcomes = await purgeEdges(edge, order, process.env.SHOAL_ADMIN_TOKEN);
      const width = Math.max(...outcomes.map((one) => one.edge.length));
      const lines = outcomes.map((one) => `${one.edge.padEnd(width)}  ${said(one)}\n`);
      const done = outcomes.filter(({ objects }) => objects !== undefined).length;
      process.stdout.write(`${lines.join('')}${done} of ${outcomes.length} edges have done it\n`);
      if (done < outcomes.length) throw new Error('not every edge has done it; ask again');
    });
}

function said({
  objects,
  trouble,
}: {
  readonly objects?: number;
  readonly trouble?: string;
}): string {
  if (objects === undefined) return trouble ?? '';
  return objects === 1 ? '1 object' : `${objects} objects`;
}

function add(one: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), one];
}

const EXAMPLES = `
The admin token of the edges, when they have one, is read from SHOAL_ADMIN_TOKEN.

Examples:
  shoal purge --edge http://127.0.0.1:9080 --url https://edge.example.org/live/a.m3u8
  shoal purge --edge http://10.0.0.5:9080 --edge http://10.0.0.6:9080 --prefix /live/final/
  shoal purge --edge http://127.0.0.1:9080 --tag news --soft
`;
