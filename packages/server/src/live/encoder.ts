/** The ffmpeg of one publisher: a child that is fed and read, and that may die at any moment. */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface EncoderParts {
  readonly args: readonly string[];
  readonly renditions: number;
  /** Whether it is fed by `write`. */
  readonly fed: boolean;
  readonly onBytes: (rendition: number, bytes: Buffer) => void;
  /** Once, after the last bytes; `why` is ffmpeg's last word when it failed. */
  readonly onEnd: (why: string | undefined) => void;
}

export interface Encoder {
  /** False when it cannot keep up: what was written is not in time any more. */
  write(bytes: Buffer): boolean;
  /** No more comes: what was fed is worked off, within a moment. */
  finish(): void;
  kill(): void;
}

export function startEncoder({ args, renditions, fed, onBytes, onEnd }: EncoderParts): Encoder {
  const more = Array.from({ length: renditions - 1 }, () => 'pipe' as const);
  const stdio = [fed ? 'pipe' : 'ignore', 'pipe', 'pipe', ...more] as const;
  const child = spawn('ffmpeg', args, { stdio: [...stdio] });
  let said = '';
  let failed: string | undefined;
  const input = child.stdin as Writable | null;
  input?.on('error', () => {});
  const pipes = [child.stdout, ...child.stdio.slice(3)] as Readable[];
  pipes.forEach((pipe, index) => {
    pipe.on('data', (bytes: Buffer) => onBytes(index, bytes));
    pipe.on('error', () => {});
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARS_MAX);
  });
  child.on('error', ({ message }) => {
    failed = message;
  });
  let late: NodeJS.Timeout | undefined;
  child.on('close', (code, signal) => {
    clearTimeout(late);
    const why = said.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`;
    onEnd(failed ?? (code === 0 ? undefined : why));
  });
  return {
    write: (bytes) => {
      if (input === null || !input.writable) return false;
      input.write(bytes);
      return input.writableLength <= BEHIND_BYTES_MAX;
    },
    finish: () => {
      input?.end();
      late ??= setTimeout(() => child.kill('SIGKILL'), FINISH_MS);
      if (!fed) child.kill('SIGTERM');
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** What may wait for ffmpeg: some ten seconds of a good picture. */
const BEHIND_BYTES_MAX = 16 * 1024 * 1024;
const FINISH_MS = 2000;
const SAID_CHARS_MAX = 4096;
