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

export function createFetchGate(max: number): FetchGate {
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
      const entry = { urgent, start };
      waiting.push(entry);
      admit();
      return () => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
        else running--;
        admit();
      };
    },
  };
}
