/** From the text of a scenario file to what it says, or one sentence with its line and key. */
import { ShoalError } from '@shoal/core/errors';
import * as v from 'valibot';
import { type Document, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import { SCENARIO_FILE, SCENARIO_LIMITS, type ScenarioFile } from './schema.js';
import { nonsenseOf } from './sense.js';

type Path = readonly (string | number)[];

/** `name` is how people know the file. Throws `sim/scenario`. */
export function readScenario(text: string, name: string): ScenarioFile {
  if (text.length > SCENARIO_LIMITS.fileBytes) {
    throw new ShoalError('sim/scenario', `${name} is too long for a scenario file`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fault = (given: Path, words: string): ShoalError => {
    const path = asWritten(document, given);
    const where = `${name}, line ${lineOf(document, lines, path)}`;
    return new ShoalError('sim/scenario', `${where}: ${keyOf(path)} ${words}`);
  };
  const [broken] = document.errors;
  if (broken !== undefined) {
    const words = firstLine(broken.message).replace(/ at line \d+, column \d+:?$/, '');
    throw new ShoalError(
      'sim/scenario',
      `${name}, line ${broken.linePos?.[0].line ?? 1}: ${words}`,
    );
  }
  if (!isMap(document.contents)) {
    throw new ShoalError('sim/scenario', `${name} wants keys such as viewers: and stream:`);
  }
  const read = v.safeParse(SCENARIO_FILE, document.toJS());
  if (!read.success) {
    // A key that is spelt wrong is also missing; the spelling is what to tell.
    const issue = read.issues.find(({ expected }) => expected === 'never') ?? read.issues[0];
    throw fault(pathOf(issue), issue.message);
  }
  const nonsense = nonsenseOf(read.output);
  if (nonsense !== undefined) throw fault(nonsense.path, nonsense.words);
  return read.output;
}

function pathOf(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

/** Without the index of an entry that the file does not write as a list. */
function asWritten(document: Document, path: Path): Path {
  const written: (string | number)[] = [];
  for (const key of path) {
    if (typeof key !== 'number' || isSeq(document.getIn(written, true))) written.push(key);
  }
  return written;
}

/** Keys as in the file; entries of lists count from one. */
function keyOf(path: Path): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key + 1}]` : i === 0 ? key : `.${key}`))
    .join('');
}

/** The line of the key, or of the nearest thing above it that the file has. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let end = path.length; end > 0; end--) {
    const offset = offsetOf(document, path.slice(0, end));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

function offsetOf(document: Document, path: Path): number | undefined {
  const above = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const last = path.at(-1);
  if (isMap(above)) {
    const key = above.items.find(({ key }) => String(key) === last)?.key;
    return isNode(key) ? key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
