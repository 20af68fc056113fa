/** Scenario files by name: those that are packaged, or any by its path. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShoalError } from '@shoal/core/errors';
import type { Scenario } from '../scenario.js';
import { type BuildOptions, buildScenario } from './build.js';
import { readScenario } from './read.js';
import type { ScenarioFile } from './schema.js';

const FOLDER = new URL('../../scenarios/', import.meta.url);
const ENDING = '.yaml';

/** The names of the packaged files, in order. */
export function scenarioNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => basename(file, ENDING))
    .sort();
}

/** A scenario file, and how it is called. */
export interface NamedFile {
  readonly file: ScenarioFile;
  readonly name: string;
}

/** What is packaged under `nameOrPath`, or the file there. Throws `sim/scenario`. */
export function loadFile(nameOrPath: string): NamedFile {
  const isPackaged = scenarioNames().includes(nameOrPath);
  const path = isPackaged ? fileURLToPath(new URL(nameOrPath + ENDING, FOLDER)) : nameOrPath;
  const file = readScenario(textOf(path), isPackaged ? nameOrPath + ENDING : nameOrPath);
  return { file, name: file.name ?? basename(nameOrPath).replace(/\.ya?ml$/, '') };
}

/** The same as what it makes: every viewer with its media. Throws `sim/scenario`. */
export function loadScenario(nameOrPath: string, options: BuildOptions = {}): Scenario {
  const { file, name } = loadFile(nameOrPath);
  return buildScenario(file, name, options);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = `there is no file and no scenario ${path}; shoal simulate --list names them`;
    throw new ShoalError('sim/scenario', why, cause);
  }
}
