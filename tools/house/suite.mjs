/** Runs one vitest configuration and counts its tests from the JSON report. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { runNode } from './command.mjs';
import { at, named } from './root.mjs';

/**
 * Prints failures and one line of totals; gives `{ passed, failed }`. A suite that breaks has
 * failed.
 */
export async function runSuite(title, config, filters = []) {
  const began = Date.now();
  const reportAt = at('.cache', `${title}.json`);
  mkdirSync(at('.cache'), { recursive: true });
  rmSync(reportAt, { force: true });
  const args = ['run', '--config', config, '--reporter=json', `--outputFile=${reportAt}`];
  const vitest = at('node_modules/vitest/vitest.mjs');
  const { code, output } = await runNode(vitest, [...args, ...filters]);
  const report = readReport(reportAt);
  const result = report === undefined ? { passed: 0, failed: 0, problems: [] } : tally(report);
  if (code !== 0 && result.failed === 0) {
    result.failed = 1;
    result.problems.push(output.trim());
  }
  for (const problem of result.problems) console.log(indented(problem));
  const time = `${((Date.now() - began) / 1000).toFixed(0)} s`;
  const word = result.failed === 0 ? 'ok  ' : 'FAIL';
  console.log(`${word} ${title}: ${result.passed} of ${result.passed + result.failed} in ${time}`);
  return { passed: result.passed, failed: result.failed };
}

/** Counts and failure texts of a report; a file that could not run counts as one failure. */
export function tally(report) {
  const result = { passed: 0, failed: 0, problems: [] };
  const fail = (where, message = '') => {
    result.failed++;
    result.problems.push(`FAIL ${where}\n${message.trim()}`);
  };
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = named(name);
    for (const test of assertionResults) {
      if (test.status === 'passed') result.passed++;
      else fail(`${file} > ${test.fullName}`, test.failureMessages?.[0] ?? `is ${test.status}`);
    }
    const failedInside = assertionResults.some((test) => test.status === 'failed');
    if (status === 'failed' && !failedInside) fail(file, message);
  }
  return result;
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function indented(text) {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? line : `     ${line}`))
    .join('\n');
}
