/** Asks edges whether they are well, and feeds the machine with what it hears. */
import type { Router, RouterOutput } from '@shoal/core/router';
import { Ms } from '@shoal/core/units';
import type { Log } from '../telemetry/log.js';

export interface ChecksParts {
  readonly router: Router;
  readonly now: () => number;
  readonly log: Log;
  /** Whether the edge of this id is well; never rejects. */
  readonly ask: (id: string) => Promise<boolean>;
}

export interface Checks {
  close(): void;
}

/** Runs the machine's checks until it is closed. */
export function startChecks({ router, now, log, ask }: ChecksParts): Checks {
  let timer: NodeJS.Timeout | undefined;
  const asked = new Set<string>();
  const perform = (output: RouterOutput): void => {
    if (output.type === 'turned') {
      log.warn({ edge: output.id }, output.status === 'up' ? 'an edge is well' : 'an edge is away');
      return;
    }
    const { id } = output;
    // An edge that has not answered the last question is not asked another.
    if (asked.has(id)) return;
    asked.add(id);
    void ask(id).then((ok) => {
      asked.delete(id);
      for (const next of router.step(Ms(now()), { type: 'checked', id, ok })) perform(next);
    });
  };
  const turn = (): void => {
    for (const output of router.step(Ms(now()), { type: 'wake' })) perform(output);
    const wake = router.wake();
    if (wake !== undefined) timer = setTimeout(turn, Math.max(1, wake.at - now()));
  };
  turn();
  return { close: () => clearTimeout(timer) };
}

/** Asks `/healthz`; anything but 200 within `ms` is no. */
export async function isWell(base: URL, ms: number): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/healthz', base), {
      redirect: 'error',
      signal: AbortSignal.timeout(ms),
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
