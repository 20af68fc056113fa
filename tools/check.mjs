/** `npm run check`: every check on the code itself, one line each; names limit it to those. */
import { ensureInstalled } from './house/install.mjs';

const CHECKS = [
  'compile',
  'lint',
  'floors',
  'purity',
  'tidy',
  'words',
  'dependencies',
  'limits',
  'spec',
  'api-report',
  'bundle',
  'sizes',
];

/** Runs the checks in order and prints each; gives how many passed and failed. */
export async function runChecks(wanted = CHECKS) {
  let failed = 0;
  for (const file of wanted) {
    const { name, check } = await import(`./checks/${file}.mjs`);
    const problems = await outcome(check);
    if (problems.length > 0) failed++;
    console.log(problems.length > 0 ? `FAIL ${name} (${problems.length})` : `ok   ${name}`);
    for (const problem of problems) console.log(`     ${problem}`);
  }
  return { passed: wanted.length - failed, failed };
}

/** What a check found; a check that breaks has failed. */
async function outcome(check) {
  try {
    return await check();
  } catch (error) {
    return [error.stack ?? String(error)];
  }
}

if (process.argv[1] === import.meta.filename) {
  await ensureInstalled();
  const { build } = await import('./build.mjs');
  await build({ quiet: true }).catch(() => {});
  const wanted = process.argv.slice(2);
  const { failed } = await runChecks(wanted.length > 0 ? wanted : undefined);
  process.exitCode = failed > 0 ? 1 : 0;
}
