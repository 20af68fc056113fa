/** The port on which an operator commands a server: apart from viewers, on this machine by default. */
import { ShoalError } from '@shoal/core/errors';
import type { Route } from '../http/call.js';
import { type HttpServer, startHttp } from '../http/server.js';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';

export interface AdminConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** What an operator must show; needed unless `host` is this machine alone. */
  readonly token?: string | undefined;
}

/** Fewest characters of an admin token: short ones can be guessed. */
export const ADMIN_TOKEN_CHARS_MIN = 16;

/** Throws `server/config` when strangers could command it, `server/port` as any server. */
export async function startAdmin(
  config: AdminConfig,
  routes: readonly Route[],
  parts: { readonly log: Log; readonly meters: Meters },
): Promise<HttpServer> {
  const { host, port, token } = config;
  if (token === undefined && !LOOPBACK.test(host)) {
    throw new ShoalError(
      'server/config',
      `--admin on ${host} can be reached by others: set SHOAL_ADMIN_TOKEN, or give 127.0.0.1`,
    );
  }
  if (token !== undefined && token.length < ADMIN_TOKEN_CHARS_MIN) {
    const least = `${ADMIN_TOKEN_CHARS_MIN} characters or more`;
    const hint = `it must have ${least}, such as from: openssl rand -hex 16`;
    throw new ShoalError('server/config', `SHOAL_ADMIN_TOKEN is too short; ${hint}`);
  }
  return startHttp({ host, port }, { routes, upgrades: {}, ...parts });
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i;
