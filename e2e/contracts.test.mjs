/** What the browser supplies to the engine keeps the contract that its twin in memory keeps. */
import { linksContract } from '@shoal/host/contract';
import { beforeAll, expect, test } from 'vitest';
import { runContracts } from '../packages/browser/contract/run.mjs';
import { findChromium } from '../tools/house/chromium.mjs';

let results;

beforeAll(async () => {
  results = await runContracts({ executablePath: findChromium() });
});

for (const { name } of linksContract) {
  test(`a link ${name}`, () => {
    const { error } = results.find((result) => result.name === name);
    expect(error, error).toBeUndefined();
  });
}
