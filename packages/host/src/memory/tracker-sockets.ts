/** Twin of the tracker's sockets: a function in this process is the tracker. */
import type { Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';
import type { TrackerEvents, TrackerSockets } from '../ports/tracker-socket.js';

/** The tracker's side of one socket. */
export interface MemoryCaller {
  send(frame: Uint8Array): void;
  close(): void;
}

export interface MemoryListener {
  message(frame: Uint8Array): void;
  closed(): void;
}

export interface MemoryTrackerOptions {
  readonly clock: Clock;
  readonly delayMs?: Ms;
  /** Undefined: nobody listens at this URL. */
  accept(url: string, caller: MemoryCaller): MemoryListener | undefined;
}

export function createMemorySockets(options: MemoryTrackerOptions): TrackerSockets {
  const { clock, delayMs = 20, accept } = options;
  const later = (run: () => void): void => void clock.after(delayMs, run);
  return {
    open(url: string, events: TrackerEvents) {
      let state: 'opening' | 'up' | 'over' = 'opening';
      let listener: MemoryListener | undefined;
      const down = (): void => {
        if (state === 'over') return;
        state = 'over';
        events.down();
      };
      const caller: MemoryCaller = {
        send: (frame) => later(() => state === 'up' && events.message(frame.slice())),
        close: () => later(down),
      };
      later(() => {
        if (state === 'over') return;
        listener = accept(url, caller);
        if (listener === undefined) {
          down();
          return;
        }
        state = 'up';
        events.up();
      });
      return {
        send(frame) {
          if (state === 'up') later(() => listener?.message(frame.slice()));
        },
        close() {
          state = 'over';
          later(() => listener?.closed());
        },
      };
    },
  };
}
