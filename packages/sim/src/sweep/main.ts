/**
 * Sweeps from a command line: `npm run sweep -- peer.repair.haveMs 125 250 500 [--scenarios
 * live16,walled] [--seeds 3] [--for 60] [--json]`.
 */
import { parseArgs } from 'node:util';
import { SCENARIOS } from '../scenarios/index.js';
import { readSweep } from './command.js';
import { sweep } from './sweep.js';
import { sweepTable } from './table.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenarios: { type: 'string', default: 'live16,vod16,walled,silent,third-leave' },
    seeds: { type: 'string', default: '3' },
    for: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

try {
  const { spec, usual } = readSweep(positionals, values, SCENARIOS);
  const rows = sweep(spec, showProgress);
  console.log(values.json ? JSON.stringify(rows, null, 1) : sweepTable(spec.path, rows, usual));
} catch (error) {
  console.error(`sweep: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

/** On a terminal only. */
function showProgress(runs: number, of: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${runs} of ${of} runs${runs === of ? '\n' : ''}`);
}
