/** `shoal edge`: a cache in front of one or more origins. */
import { type AdminConfig, type EdgeOptions, startEdge } from '@shoal/server';
import { type Command, Option } from 'commander';
import { readEndpoint, readMebibytes, readPort, readSpan } from './option-values.js';
import { serveUntilStopped } from './serving.js';
import type { SharedValues } from './shared-options.js';

interface EdgeValues extends Pick<SharedValues, 'host' | 'port' | 'cache' | 'logLevel'> {
  readonly origin: readonly string[];
  readonly parent: readonly string[];
  readonly disk: string | undefined;
  readonly diskSize: number;
  readonly drain: number;
  readonly forward: 'target' | 'requests';
  readonly tokenKeys?: string;
  readonly accessLog?: string;
  readonly trustProxy?: boolean;
  readonly admin?: AdminConfig;
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
    .option('--token-keys <file>', 'serve nothing without a token of these keys (shoal token)')
    .option('--trust-proxy', 'take viewer addresses from X-Forwarded-For (only behind your proxy)')
    .option('--access-log <file>', 'a JSON line a request, - for standard output; none by default')
    .addOption(
      new Option('--admin <[host:]port>', 'where to take commands, such as purges').argParser(
        readEndpoint,
      ),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .addHelpText('after', EXAMPLES)
    .action((values: EdgeValues) => serveUntilStopped(() => startEdge(optionsOf(values))));
}

function optionsOf(values: EdgeValues): EdgeOptions {
  const { host, port, cache, disk, diskSize, forward, admin } = values;
  return {
    ...{ host, port, forward },
    origins: values.origin,
    parents: values.parent,
    cacheBytesMax: cache,
    ...(disk === undefined ? {} : { disk: { folder: disk, bytesMax: diskSize } }),
    drainMs: values.drain,
    logLevel: values.logLevel,
    tokenKeys: values.tokenKeys,
    accessLog: values.accessLog,
    trustProxy: values.trustProxy ?? false,
    ...(admin === undefined ? {} : { admin: { ...admin, token: process.env.SHOAL_ADMIN_TOKEN } }),
  };
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
  shoal edge --origin https://media.example.org --token-keys edge-keys.json
  shoal edge --origin https://media.example.org --admin 9080

Commands are taken on this machine alone; from elsewhere (--admin 10.0.0.5:9080) only with the token
that SHOAL_ADMIN_TOKEN holds.
`;
