/** Options that every serving verb has. */
import type { ServerOptions } from '@shoal/server';
import { type Command, Option } from 'commander';
import { readMebibytes, readPort } from './option-values.js';

/** What commander hands over for them. */
export interface SharedValues {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string;
  readonly state?: string;
  readonly cache: number;
  readonly trustProxy?: boolean;
  readonly assumeConsent?: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export function addSharedOptions(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <number>', 'port to listen on, 0 for any free one')
        .env('PORT')
        .default(8080)
        .argParser(readPort),
    )
    .option('--public-url <url>', 'where viewers reach this server, if links must be absolute')
    .option('--state <folder>', 'where the stream key and prepared titles are kept (~/.shoal)')
    .addOption(
      new Option('--cache <MiB>', 'memory for media')
        .default(512 * 1024 * 1024, '512')
        .argParser(readMebibytes),
    )
    .option('--trust-proxy', 'take viewer addresses from X-Forwarded-For (only behind your proxy)')
    .option('--assume-consent', 'labs only: viewers upload without being asked')
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    );
}

export function sharedOptions(values: SharedValues): ServerOptions {
  return {
    host: values.host,
    port: values.port,
    publicUrl: values.publicUrl,
    stateDir: values.state,
    cacheBytesMax: values.cache,
    trustProxy: values.trustProxy ?? false,
    assumeConsent: values.assumeConsent ?? false,
    logLevel: values.logLevel,
  };
}
