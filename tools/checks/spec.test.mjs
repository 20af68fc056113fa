import { expect, test } from 'vitest';
import { specProblems } from './spec.mjs';

test('tests cite rules that exist, and a rule exists once', () => {
  const spec = [
    { path: 'spec/a.md', text: '# A\n\n**ABC1** One.\n- **ABC2** Two.\n' },
    { path: 'spec/b.md', text: '**ABC2** Again.\n' },
  ];
  const tests = [{ path: 'a.test.ts', text: "test('ABC1 and RFC8831', …);\n// ABC3" }];
  expect(specProblems(spec, tests)).toEqual([
    'spec/b.md:1 ABC2 is defined twice',
    'a.test.ts:2 cites ABC3, which is no rule',
  ]);
});
