/** Writes results: JSON of a session, and the committed baseline, merged case by case. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { markdownTable } from './table.mjs';

export function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
}

/**
 * Puts `results` over those of the same case and engine in `browsers.json`, and redraws the table.
 */
export function mergeBaseline(dir, results) {
  const file = join(dir, 'browsers.json');
  const merged = mergeResults(readOr(file, { results: {} }).results, results);
  writeJson(file, { machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`, results: merged });
  const intro = '# Bench in real browsers\n\nHow to read it: [bench/README.md](../README.md).\n';
  writeFileSync(join(dir, 'browsers.md'), intro + markdownTable(merged));
}

/** A case of another length or crowd replaces the old one: its engines would not compare. */
export function mergeResults(old, fresh) {
  const merged = { ...old };
  for (const [name, result] of Object.entries(fresh)) {
    const before = merged[name];
    const same = before?.seconds === result.seconds && before?.viewers === result.viewers;
    merged[name] = same ? { ...before, engines: { ...before.engines, ...result.engines } } : result;
  }
  return merged;
}

function readOr(file, fallback) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  }
}
