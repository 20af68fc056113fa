/** `shoal edge`: a cache in front of one or more origins. */
import { startEdge } from '@shoal/server';
import { type Command, Option } from 'commander';
import { readMebibytes, readPort, readSpan } from './option-values.js';
import { serveUntilStopped } from './serving.js';
import type { SharedValues } from './shared-options.js';

interface EdgeValues extends Pick<SharedValues, 'host' | 'port' | 'cache' | 'logLevel'> {
  readonly origin: readonly string[];
  readonly parent: readonly string[];
  readonly disk: string | undefined;
  readonly diskSize: number;
  readonly drain: number;
  readonly forward: 'target' | 'requests';
}

export function addEdge(program: Command): void {
  program
    .command('edge')
    .summary('cache in front of an origin')
    .description(
      `Serves what its origins have, from memory whenever it may: one fetch from the origin however
many viewers ask, and all of them fed while it arrives. Requests are GET and HEAD, and nothing of
them but the address goes to the origin; --forward requests sends on headers, cookies and all other
methods, for origins that answer each viewer differently.`,
    )
    .requiredOption('--origin <url>', 'where objects come from; again for one to fall back on', add)
    .option('--parent <url>', 'an edge to ask before the origins; again for more', add, [])
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <number>', 'port to listen on, 0 for any free one')
        .env('PORT')
        .default(8080)
        .argParser(readPort),
    )
    .addOption(
      new Option('--cache <MiB>', 'memory for objects')
        .default(512 * 1024 * 1024, '512')
        .argParser(readMebibytes),
    )
    .option('--disk <folder>', 'where objects outlive a restart; in memory alone without it')
    .addOption(
      new Option('--disk-size <MiB>', 'room for objects there')
        .default(10_240 * 1024 * 1024, '10240')
        .argParser(readMebibytes),
    )
    .addOption(
      new Option('--forward <what>', 'what the origin sees of a request: its address, or all of it')
        .choices(['target', 'requests'])
        .default('target'),
    )
    .addOption(
      new Option('--drain <time>', 'how long running answers may take once it is told to stop')
        .default(30_000, '30s')
        .argParser(readSpan),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .addHelpText('after', EXAMPLES)
    .action((values: EdgeValues) =>
      serveUntilStopped(() =>
        startEdge({
          host: values.host,
          port: values.port,
          origins: values.origin,
          parents: values.parent,
          cacheBytesMax: values.cache,
          forward: values.forward,
          ...(values.disk === undefined
            ? {}
            : { disk: { folder: values.disk, bytesMax: values.diskSize } }),
          drainMs: values.drain,
          logLevel: values.logLevel,
        }),
      ),
    );
}

function add(one: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), one];
}

const EXAMPLES = `
Examples:
  shoal edge --origin https://media.example.org
  shoal edge --origin http://10.0.0.5:8000 --origin http://10.0.0.6:8000 --cache 4096
  shoal edge --origin https://media.example.org --disk /var/cache/shoal --disk-size 200000
  shoal edge --parent http://shield.example.org:8080 --origin https://media.example.org --port 80
`;
