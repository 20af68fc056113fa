/** What stands between viewers and the cache: token keys, reports of players, the access log. */
import type { Route } from '../http/call.js';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { openAccessLog } from './access-log.js';
import { createCmcd } from './cmcd.js';
import { cmcdRoute } from './cmcd-events.js';
import { createFront, type Front } from './front.js';
import { openTokenKeys } from './token-keys.js';
import type { OnVisit } from './visit.js';

export interface ReceptionOptions {
  /** A file of token keys (RFC 7517): without a token of one of them nothing is served. */
  readonly tokenKeys?: string | undefined;
  /** A file, or `-` for standard output, for a line a request; none by default. */
  readonly accessLog?: string | undefined;
}

export interface ReceptionParts {
  readonly log: Log;
  readonly meters: Meters;
  readonly now: () => number;
  readonly wall: () => number;
}

export interface Reception {
  readonly front: Front;
  readonly onVisit: OnVisit;
  readonly routes: readonly Route[];
  close(): Promise<void>;
}

/** Throws `server/config` when the keys cannot be read or the log cannot be written. */
export function openReception(options: ReceptionOptions, parts: ReceptionParts): Reception {
  const { log, meters, now, wall } = parts;
  const { tokenKeys, accessLog } = options;
  const lines = accessLog === undefined ? undefined : openAccessLog(accessLog);
  const keys = tokenKeys === undefined ? undefined : openTokenKeys(tokenKeys, log);
  const cmcd = createCmcd(meters, now);
  const onRefused = (why: string): void => meters.failed(`token-${why}`);
  if (lines !== undefined) {
    meters.gauge('access_log_lost', 'Lines of the access log lost', () => lines.lost);
  }
  return {
    front: createFront({ tokens: keys?.verifier, wall, onRefused }),
    onVisit: (visit) => {
      lines?.write(visit);
      if (visit.report === undefined) return;
      cmcd.take(visit.report, visit.status < 400 ? visit.target : undefined);
    },
    routes: [cmcdRoute(cmcd)],
    close: async () => {
      keys?.close();
      await lines?.close();
    },
  };
}
