/** The access log: one JSON line a request, addresses cut to their network, written in batches. */
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ShoalError } from '@shoal/core/errors';
import pino from 'pino';
import { networkOf } from '../telemetry/log.js';
import type { OnVisit, Visit } from './visit.js';

/** Bytes that wait to be written; a disk that is slower loses lines, never viewers. */
export const LOG_BYTES_MAX = 8 * 1024 * 1024;

export interface AccessLog {
  readonly write: OnVisit;
  /** Lines lost since the start because nobody took them. */
  readonly lost: number;
  /** Writes what waits; resolves within two seconds even when nobody takes it. */
  close(): Promise<void>;
}

/** `-` is standard output; anything else a file, which is added to. Throws `server/config`. */
export function openAccessLog(where: string): AccessLog {
  const out = pino.destination({
    dest: where === '-' ? 1 : openFile(where),
    sync: false,
    minLength: BATCH_BYTES,
    maxLength: LOG_BYTES_MAX,
    periodicFlush: FLUSH_MS,
  });
  let lost = 0;
  let closed = false;
  // A disk that is slow or full is no reason to stop serving.
  for (const event of ['drop', 'error']) {
    out.on(event, () => {
      lost += 1;
    });
  }
  return {
    write: (visit) => {
      if (closed) lost += 1;
      else out.write(lineOf(visit));
    },
    get lost() {
      return lost;
    },
    close: async () => {
      // A port is closed before its last connections have told of it: they do so at the end of a
      // turn of the event loop, after what is immediate, so that the second turn has seen them.
      await setImmediate();
      await setImmediate();
      closed = true;
      const done = once(out, 'close').catch(() => {});
      out.end();
      await Promise.race([done, setTimeout(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/** One line of JSON. */
export function lineOf(visit: Visit): string {
  const { atMs, tookMs, address, method, target, status, bytes, whole, cache } = visit;
  return `${JSON.stringify({
    time: new Date(atMs).toISOString(),
    network: networkOf(address ?? ''),
    method,
    target,
    status,
    bytes,
    ms: Math.round(tookMs),
    ...(whole ? {} : { cut: true }),
    ...(cache === '' ? {} : { cache }),
  })}\n`;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o640);
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : 'not allowed';
    throw new ShoalError('server/config', `--access-log ${path} cannot be written: ${why}`, error);
  }
}

const BATCH_BYTES = 8192;
const FLUSH_MS = 1000;
const CLOSE_MS = 2000;
