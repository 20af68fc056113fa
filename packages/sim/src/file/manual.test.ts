/** The manual names every key, and its example runs. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildScenario } from './build.js';
import { scenarioNames } from './catalog.js';
import { readScenario } from './read.js';

const manual = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');
const examples = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);

it('has a smallest example that says the number of viewers only', () => {
  expect(readScenario(examples[0]!, 'smallest').viewers.count).toBe(200);
});

it('has an example with every key, which runs once the keys of vod are gone', () => {
  const keys = examples[1]!.replace(/^ {2}(duration|titles|popularity):.*\n/gm, '');
  const scenario = buildScenario(readScenario(keys, 'every'), 'every');
  expect(scenario.visits.length).toBeGreaterThan(200);
  expect(scenario.happenings).toHaveLength(4);
});

it('names everything that is packaged', () => {
  const table = manual.slice(manual.indexOf('## What is packaged'));
  for (const name of scenarioNames()) {
    const short = `-${name.split('-').at(-1)}`;
    expect(table.includes(`\`${name}\``) || table.includes(`\`${short}\``)).toBe(true);
  }
});
