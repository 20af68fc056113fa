/** How many of the tests a cache passed, by kind, and which it did not. */

/** `[passed, run]` of one kind; `results` maps ids to `true` or `[kind of failure, words]`. */
export function countOf(tests, results, kind) {
  const run = tests.filter((test) => test.kind === kind && results[test.id] !== undefined);
  return [run.filter(({ id }) => results[id] === true).length, run.length];
}

/** Rows of `[name, results]`, as a table. */
export function tableOf(tests, rows) {
  const cell = (results, kind) => countOf(tests, results, kind).join(' of ');
  return [
    '| | required | optimal |',
    '|---|---|---|',
    ...rows.map(
      ([name, results]) =>
        `| ${name} | ${cell(results, 'required')} | ${cell(results, 'optimal')} |`,
    ),
  ].join('\n');
}

/** What was not met of what is required or optimal, with what the test said. */
export function failuresOf(tests, results) {
  return tests
    .filter(({ id, kind }) => kind !== 'check' && results[id] !== true)
    .map(({ id, kind }) => ({ id, kind, said: results[id]?.[1] ?? 'not run' }));
}
