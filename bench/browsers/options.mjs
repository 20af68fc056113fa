/** The command line of the bench. */

import { parseArgs } from 'node:util';
import { CASES, GOAL_CASES } from './cases.mjs';
import { ENGINES } from './engines.mjs';

export const HELP = `npm run bench:browsers -- [options]

  --case a,b        cases (default: ${GOAL_CASES.join(',')}; all: every case)
                    ${Object.entries(CASES)
                      .map(([name, { title }]) => `${name.padEnd(13)} ${title}`)
                      .join('\n                    ')}
  --engines a,b     ${Object.keys(ENGINES).join(', ')} (default: plain,ours,p2pml)
  --runs N          runs of each engine on each case, interleaved (default 3)
  --seconds N       length of a run (default 120)
  --viewers N       instead of the case's own number
  --window N        segments in the live playlist, instead of the case's 16
  --seed N          of arrivals and departures (default 1)
  --json FILE       figures of every run, medians and spreads
  --keep-json DIR   one file a run: raw counts, viewers, engine stats, request log
  --trace           print each viewer's start-up, bytes, engine stats and console errors
  --baseline        write the medians to bench/results/ (merged case by case)
  --cap-signer      with a capped edge, Shoal's own fetches share the cap
  --shoal-args STR  extra arguments of shoal pull, separated by blanks
  --shoal-bin FILE  another build's bin/shoal.mjs
  --watch-query STR added to the address of Shoal's page, as in ?a=b
  --help
`;

const SPEC = {
  case: { type: 'string', default: GOAL_CASES.join(',') },
  engines: { type: 'string', default: 'plain,ours,p2pml' },
  runs: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '120' },
  viewers: { type: 'string' },
  window: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  'keep-json': { type: 'string' },
  trace: { type: 'boolean', default: false },
  baseline: { type: 'boolean', default: false },
  'cap-signer': { type: 'boolean', default: false },
  'shoal-args': { type: 'string', default: '' },
  'shoal-bin': { type: 'string' },
  'watch-query': { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
};

/** Options from the arguments; throws an Error with one clear sentence. */
export function readOptions(argv) {
  const { values } = parseArgs({ args: argv, options: SPEC });
  const cases = names(
    'case',
    values.case === 'all' ? Object.keys(CASES).join() : values.case,
    CASES,
  );
  return {
    cases,
    engines: names('engine', values.engines, ENGINES),
    runs: whole('runs', values.runs, 1),
    seconds: whole('seconds', values.seconds, 5),
    viewers: values.viewers === undefined ? undefined : whole('viewers', values.viewers, 1),
    window: values.window === undefined ? undefined : whole('window', values.window, 3),
    seed: whole('seed', values.seed, 0),
    json: values.json,
    keepJson: values['keep-json'],
    trace: values.trace,
    baseline: values.baseline,
    capSigner: values['cap-signer'],
    shoalArgs: values['shoal-args'].split(' ').filter(Boolean),
    shoalBin: values['shoal-bin'],
    watchQuery: values['watch-query'],
    help: values.help,
  };
}

function names(what, text, known) {
  const list = text.split(',').filter(Boolean);
  const unknown = list.find((name) => !Object.hasOwn(known, name));
  if (unknown)
    throw new Error(`no ${what} "${unknown}"; there are ${Object.keys(known).join(', ')}`);
  return list;
}

function whole(name, text, least) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} wants a whole number of at least ${least}, not "${text}"`);
}
