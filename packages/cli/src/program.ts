/** The command line: one verb a file; every failure is one sentence and a non-zero exit. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addDev } from './dev.js';
import { addEdge } from './edge.js';
import { addLive } from './live.js';
import { addPlan } from './plan.js';
import { addPull } from './pull.js';
import { addPurge } from './purge.js';
import { addRouter } from './router.js';
import { firstLineOf } from './sentence.js';
import { addServe } from './serve.js';
import { addSimulate } from './simulate.js';
import { addToken } from './token.js';

/** Runs the command line in `argv`; the result is the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`shoal: ${firstLineOf(error)}\n`);
    return 1;
  }
}

function createProgram(): Command {
  const program = new Command('shoal')
    .description('A media CDN that its audience carries.')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  addServe(program);
  addPull(program);
  addLive(program);
  addDev(program);
  addEdge(program);
  addRouter(program);
  addToken(program);
  addPurge(program);
  addPlan(program);
  addSimulate(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const EXAMPLES = `
Examples:
  shoal dev                                          the demo
  shoal serve ./videos                               a folder of videos
  shoal pull https://example.org/live/index.m3u8     a stream that exists already
  shoal live --test                                  a live stream, here a test picture
  shoal edge --origin https://example.org            a cache in front of an origin
  shoal router router.yaml                           sends viewers to edges
  shoal token mint --keys tokens.json --path /live/  a token for an edge that needs one
  shoal purge --edge http://127.0.0.1:9080 --prefix /live/   edges forget
  shoal plan --viewers 1M --hours 2                  what a final costs, with and without Shoal
  shoal simulate demo                                a swarm in virtual time
`;
