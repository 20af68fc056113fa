/** Reads source into syntax trees, and answers what the checks ask of them. */
import { parseSync, Visitor } from 'vite';

/** The tree of one file; throws a sentence with file and line when it does not parse. */
export function parse(path, text) {
  const lang = path.endsWith('.d.ts') ? 'dts' : path.endsWith('x') ? 'tsx' : 'ts';
  const { program, comments, errors } = parseSync(path, text, { lang, sourceType: 'module' });
  const error = errors[0];
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return { program, comments };
}

/** One-based line of an offset. */
export function lineAt(text, offset) {
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Every specifier the file imports or re-exports, as `{ specifier, line }`. */
export function importsOf(path, text) {
  const found = [];
  const add = (node) => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    found.push({ specifier: node.value, line: lineAt(text, node.start) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source ?? node.argument?.literal),
  }).visit(parse(path, text).program);
  return found;
}

/**
 * Every function with a body, as `{ name, line, lines, own }`. `own` leaves out the lines of the
 * functions inside it, so that a factory is measured like a class: by its parts and by its size.
 */
export function functionsOf(path, text) {
  const found = [];
  const open = [];
  const names = new Map();
  const enter = (node) => {
    if (!node.body) return;
    const line = lineAt(text, node.start);
    const lines = lineAt(text, node.end) - line + 1;
    const outer = open.at(-1);
    if (outer !== undefined) outer.own -= lines - 1;
    const one = { name: node.id?.name ?? names.get(node) ?? 'function', line, lines, own: lines };
    found.push(one);
    open.push(one);
  };
  const leave = (node) => {
    if (node.body) open.pop();
  };
  const nameIt = (value, key) => {
    if (value && key) names.set(value, key.name ?? String(key.value ?? 'function'));
  };
  new Visitor({
    VariableDeclarator: (node) => nameIt(node.init, node.id),
    Property: (node) => nameIt(node.value, node.key),
    MethodDefinition: (node) => nameIt(node.value, node.key),
    PropertyDefinition: (node) => nameIt(node.value, node.key),
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
  }).visit(parse(path, text).program);
  return found;
}
