/**
 * How many media requests run at once: a browser has six connections a host, and playlists must
 * never wait.
 */

export interface FetchGate {
  /**
   * Runs `start` now or when there is room, urgent ones first. Returns its release, to be called
   * once.
   */
  enter(urgent: boolean, start: () => void): () => void;
}

/** Requests in flight at most; `field`: with six, slow ranges starved the playlist. */
export const FETCHES_MAX = 3;

export function createFetchGate(max = FETCHES_MAX): FetchGate {
  const waiting: { readonly urgent: boolean; readonly start: () => void }[] = [];
  let running = 0;
  const admit = (): void => {
    while (running < max) {
      const index = waiting.findIndex((entry) => entry.urgent);
      const [entry] = waiting.splice(Math.max(0, index), 1);
      if (!entry) return;
      running++;
      entry.start();
    }
  };
  return {
    enter(urgent, start) {
      let state: 'waiting' | 'running' | 'over' = 'waiting';
      const entry = {
        urgent,
        start: () => {
          state = 'running';
          start();
        },
      };
      waiting.push(entry);
      admit();
      return () => {
        if (state === 'over') return;
        if (state === 'running') running--;
        else waiting.splice(waiting.indexOf(entry), 1);
        state = 'over';
        admit();
      };
    },
  };
}
