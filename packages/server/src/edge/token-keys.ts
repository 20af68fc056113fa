/** The file of token keys: read at the start, and again when it changes, so that keys rotate. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { ShoalError } from '@shoal/core/errors';
import type { Log } from '../telemetry/log.js';
import { readKeySet } from '../tokens/key-set.js';
import { createVerifier, type TokenVerifier } from '../tokens/verifier.js';

export interface TokenKeys {
  readonly verifier: TokenVerifier;
  /** Reads the file again; keys that cannot be read leave those in force that were. */
  reload(): void;
  close(): void;
}

/** Throws `server/config` when the keys cannot be read. */
export function openTokenKeys(path: string, log: Log): TokenKeys {
  const verifier = createVerifier(readKeySet(textOf(path), path));
  const reload = (): void => {
    try {
      verifier.use(readKeySet(textOf(path), path));
      log.info({ path }, 'token keys read again');
    } catch (error) {
      log.error(
        { err: error },
        'the token keys have changed and cannot be read; the old ones stay',
      );
    }
  };
  watchFile(path, { interval: LOOK_MS, persistent: false }, reload);
  return { verifier, reload, close: () => unwatchFile(path, reload) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file; make one with: shoal token key' : code;
    throw new ShoalError('server/config', `${path}: ${why}`, error);
  }
}

const LOOK_MS = 2000;
