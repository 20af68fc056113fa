/** What every serving role may be told; defaults are those of the command line. */
import { ShoalError } from '@shoal/core/errors';
import { readPublicUrl } from '../http/links.js';
import type { LogLevel } from '../telemetry/log.js';

export interface ServerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where viewers reach this server when links must be absolute; relative links otherwise. */
  readonly publicUrl?: string | undefined;
  /**
   * Folder of keys and prepared titles; undefined: `.shoal` in the home folder. `'memory'`: nothing
   * is kept.
   */
  readonly stateDir?: string | undefined;
  /** Bytes of media kept in memory. */
  readonly cacheBytesMax: number;
  /** Whether `X-Forwarded-For` names viewers. */
  readonly trustProxy: boolean;
  /** Labs only: viewers upload without being asked. */
  readonly assumeConsent: boolean;
  readonly logLevel: LogLevel;
}

export interface RunningServer {
  readonly port: number;
  /** What a person is told, ready to print. */
  readonly banner: string;
  close(): Promise<void>;
}

/** Throws `server/config` for what no command line reader has refused. */
export function checkOptions(options: ServerOptions): { readonly publicUrl: URL | undefined } {
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new ShoalError('server/config', 'a port is a number from 0 to 65535');
  }
  if (!(options.cacheBytesMax > 0)) {
    throw new ShoalError('server/config', 'the memory for media must be more than nothing');
  }
  const { publicUrl } = options;
  return { publicUrl: publicUrl === undefined ? undefined : readPublicUrl(publicUrl) };
}
