import { expect, test } from 'vitest';
import { at } from './root.mjs';
import { tally } from './suite.mjs';

test('passed, failed, skipped and broken files are counted', () => {
  const file = (status, results, message = '') => ({
    name: at('a.test.ts'),
    status,
    message,
    assertionResults: results.map((status) => ({ status, fullName: 'it', failureMessages: [] })),
  });
  const testResults = [
    file('passed', ['passed', 'passed']),
    file('failed', ['passed', 'failed']),
    file('passed', ['skipped']),
    file('failed', [], 'cannot load'),
  ];
  const { passed, failed, problems } = tally({ testResults });
  expect({ passed, failed }).toEqual({ passed: 3, failed: 3 });
  expect(problems[2]).toBe('FAIL a.test.ts\ncannot load');
});
