/** Spec: every rule id that a test cites is a rule in spec/, and no id is given twice. */

import { isTest, textFiles } from '../house/source-files.mjs';
import { lineAt } from '../house/syntax.mjs';

export const name = 'spec';

export function check() {
  const files = textFiles();
  const spec = files.filter((file) => /^spec\/.*\.md$/.test(file.path));
  return specProblems(
    spec,
    files.filter((file) => isTest(file.path)),
  );
}

/** A rule is defined where a line, list item or table row opens with its id in bold. */
export function specProblems(spec, tests) {
  const defined = new Map();
  const problems = [];
  for (const { path, text } of spec) {
    for (const match of text.matchAll(/^(?:[-*|]\s*)?\*\*([A-Z]{2,6}\d+)\*\*/gm)) {
      const where = `${path}:${lineAt(text, match.index)}`;
      if (defined.has(match[1])) problems.push(`${where} ${match[1]} is defined twice`);
      defined.set(match[1], where);
    }
  }
  const families = new Set([...defined.keys()].map((id) => id.replace(/\d+$/, '')));
  for (const { path, text } of tests) {
    for (const match of text.matchAll(/\b([A-Z]{2,6})\d+\b/g)) {
      if (!families.has(match[1]) || defined.has(match[0])) continue;
      problems.push(`${path}:${lineAt(text, match.index)} cites ${match[0]}, which is no rule`);
    }
  }
  return problems;
}
