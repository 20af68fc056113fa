/** The state folder: what must survive a restart, readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ShoalError } from '@shoal/core/errors';

export interface StateDir {
  readonly path: string;
  /** The content of a secret file; made by `create` on first use. */
  secret(name: string, create: () => Buffer): Promise<Buffer>;
}

export function defaultStateDir(): string {
  return join(homedir(), '.shoal');
}

/** Opens or makes the folder. Throws `server/config` when it cannot be written. */
export async function openStateDir(path: string): Promise<StateDir> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
  return { path, secret: (name, create) => secret(path, name, create) };
}

/** A state folder of this process alone: nothing is written, every run has new keys. */
export function ephemeralState(): Omit<StateDir, 'path'> {
  const made = new Map<string, Buffer>();
  return {
    secret: async (name, create) => {
      const known = made.get(name) ?? create();
      made.set(name, known);
      return known;
    },
  };
}

async function secret(folder: string, name: string, create: () => Buffer): Promise<Buffer> {
  const path = join(folder, name);
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unwritable(folder, error);
  }
  const made = create();
  const half = join(folder, `.${name}-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(half, made, { mode: 0o600, flag: 'wx' });
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw unwritable(folder, error);
  }
  return made;
}

function unwritable(path: string, error: unknown): ShoalError {
  const { code } = error as NodeJS.ErrnoException;
  const hint = 'choose another with --state';
  return new ShoalError(
    'server/config',
    `the state folder ${path} cannot be used (${code}); ${hint}`,
    error,
  );
}
