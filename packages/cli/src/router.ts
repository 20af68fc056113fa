/** `shoal router`: sends viewers to edges, by redirect, JSON and Content Steering. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type AdminConfig, readPrefixes, readRouterFile, startRouter } from '@shoal/server';
import { type Command, Option } from 'commander';
import { readEndpoint, readPort } from './option-values.js';
import { serveUntilStopped } from './serving.js';
import type { SharedValues } from './shared-options.js';

interface RouterValues extends Pick<SharedValues, 'host' | 'port' | 'logLevel' | 'trustProxy'> {
  readonly admin?: AdminConfig;
}

export function addRouter(program: Command): void {
  program
    .command('router')
    .argument('<file>', 'the configuration, in YAML')
    .summary('send viewers to edges')
    .description(
      `Sends each viewer to an edge that is near, well and has room; a title goes to few of them.
Any address answers with a redirect to the same one at an edge; /api/route?path=… names edges as
JSON; /steering?path=… is a Content Steering server for HLS and DASH.`,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <number>', 'port to listen on, 0 for any free one')
        .env('PORT')
        .default(8080)
        .argParser(readPort),
    )
    .option('--trust-proxy', 'take viewer addresses from X-Forwarded-For (only behind your proxy)')
    .addOption(
      new Option('--admin <[host:]port>', 'where to take commands: drain, load').argParser(
        readEndpoint,
      ),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .addHelpText('after', EXAMPLES)
    .action((path: string, values: RouterValues) =>
      serveUntilStopped(() => {
        const file = readRouterFile(textOf(path), path);
        const listed =
          file.prefixes === undefined ? undefined : resolve(dirname(path), file.prefixes);
        return startRouter({
          host: values.host,
          port: values.port,
          file,
          prefixes: listed === undefined ? undefined : readPrefixes(textOf(listed), listed),
          ...(values.admin === undefined
            ? {}
            : { admin: { ...values.admin, token: process.env.SHOAL_ADMIN_TOKEN } }),
          trustProxy: values.trustProxy ?? false,
          logLevel: values.logLevel,
        });
      }),
    );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`,
    );
  }
}

const EXAMPLES = `
Examples:
  shoal router router.yaml
  shoal router router.yaml --admin 9081
  curl -X POST -H 'content-type: application/json' -d '{"id":"oslo-1","on":true}' \\
    http://127.0.0.1:9081/api/drain

A configuration (deploy/router.yaml has every option):
  edges:
    - { id: oslo-1, url: https://oslo1.example.org, place: oslo }
    - { id: berlin-1, url: https://berlin1.example.org, place: berlin }
  prefixes: places.txt      # lines such as: 192.0.2.0/24 oslo
  near: { oslo: [berlin] }
  steering: { base: oslo-1 }

In a playlist: #EXT-X-CONTENT-STEERING:SERVER-URI="https://router.example.org/steering?path=/live/",
PATHWAY-ID="oslo-1"
`;
