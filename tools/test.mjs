/**
 * `npm test`: sets the machine up, then runs every check and test; the last line has the totals.
 */
import { requireNode } from './house/node-version.mjs';

requireNode();

/** Runs the stages in order; a stage that throws counts as one failure and ends the run. */
async function main() {
  const total = { passed: 0, failed: 0 };
  const add = ({ passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
  };
  try {
    for (const stage of await stages(process.argv.slice(2))) add(await stage());
  } catch (error) {
    console.log(`FAIL ${error.message}`);
    total.failed++;
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** The stages that `wanted` names (checks, unit, e2e), or all of them. */
async function stages(wanted) {
  const { ensureInstalled } = await import('./house/install.mjs');
  await ensureInstalled();
  const { build } = await import('./build.mjs');
  const { runSuite } = await import('./house/suite.mjs');
  const { ensureChromium } = await import('./house/chromium.mjs');
  const { ensureFfmpeg } = await import('./house/ffmpeg.mjs');
  const { runChecks } = await import('./check.mjs');
  const all = {
    checks: async () => runChecks(),
    unit: async () => {
      await ensureFfmpeg();
      return runSuite('unit', 'vitest.config.ts');
    },
    e2e: async () => {
      await ensureFfmpeg();
      process.env.CHROMIUM = await ensureChromium();
      return runSuite('e2e', 'e2e/vitest.config.ts');
    },
  };
  const chosen = wanted.length > 0 ? wanted : Object.keys(all);
  for (const name of chosen) if (!(name in all)) throw new Error(`there is no stage '${name}'`);
  return [() => setUp(build), ...chosen.map((name) => all[name])];
}

/**
 * Builds first: checks and browsers read what is built. Unit tests read source and go on without.
 */
async function setUp(build) {
  try {
    await build();
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.log(`FAIL build\n${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

await main();
