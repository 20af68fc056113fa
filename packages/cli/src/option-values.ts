/** Readers of option values: a value or one sentence why not. */
import { readTime } from '@shoal/sim';
import { InvalidArgumentError } from 'commander';

export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  }
  return port;
}

/** A port of this machine, or one with its host: `9080`, `10.0.0.5:9080`, `[::1]:9080`. */
export function readEndpoint(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  const host = match?.[1]?.replace(/^\[(.+)\]$/, '$1') ?? '127.0.0.1';
  return { host, port: readPort(match?.[2] ?? text) };
}

export function readMebibytes(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > 1_048_576) {
    throw new InvalidArgumentError('A size in MiB is a whole number from 1 to 1048576.');
  }
  return size * 1024 * 1024;
}

export function readName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) {
    throw new InvalidArgumentError(
      'A stream name has 1 to 64 letters, digits, dots, dashes or underscores.',
    );
  }
  return text;
}

export function readSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 4_294_967_295) {
    throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
  }
  return seed;
}

export function readSpan(text: string): number {
  const ms = readTime(text);
  if (ms === undefined || ms < 1_000 || ms > 86_400_000) {
    throw new InvalidArgumentError('A time is written such as 45s or "10 min"; from 1 s to 24 h.');
  }
  return ms;
}
