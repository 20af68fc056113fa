/** Server options for tests: any port, nothing kept, nothing logged. */
import type { ServerOptions } from '../roles/options.js';

export const QUIET: ServerOptions = {
  host: '127.0.0.1',
  port: 0,
  stateDir: 'memory',
  cacheBytesMax: 64 * 1024 * 1024,
  trustProxy: false,
  assumeConsent: false,
  logLevel: 'silent',
};
