/** Twin of the links: engines in one process, joined by the signals that they relay. */
import type { Ms } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';
import type { Link, LinkEvents, Links } from '../ports/links.js';

export interface MemoryNetwork {
  /** The links of one more peer on this network. */
  join(): Links;
}

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** One way. */
  readonly delayMs?: Ms;
  /** A link not up after this is down. */
  readonly setUpMs?: Ms;
}

interface End {
  readonly events: LinkEvents;
  other: End | undefined;
  state: 'opening' | 'up' | 'over';
}

export function createMemoryNetwork(options: MemoryNetworkOptions): MemoryNetwork {
  const { clock, delayMs = 20, setUpMs = 10_000 } = options;
  const offers = new Map<string, End>();
  let next = 1;

  const later = (run: () => void, ms: Ms = delayMs): void => void clock.after(ms, run);
  const rise = (end: End): void => {
    if (end.state !== 'opening') return;
    end.state = 'up';
    end.events.up(2 * delayMs);
  };
  const fall = (end: End): void => {
    if (end.state === 'over') return;
    end.state = 'over';
    end.events.down();
  };
  const pass = (from: End, give: (to: LinkEvents) => void): void => {
    const to = from.other;
    if (from.state !== 'up' || to === undefined) return;
    later(() => {
      if (to.state === 'up') give(to.events);
    });
  };
  const open = (offer: boolean, events: LinkEvents): Link => {
    const end: End = { events, other: undefined, state: 'opening' };
    const name = `offer ${next++}`;
    const answer = (payload: string): void => {
      const from = offers.get(payload);
      if (offer || end.other !== undefined || from === undefined || from.other !== undefined)
        return;
      end.other = from;
      from.other = end;
      events.signal(`answer to ${payload}`);
    };
    const confirm = (payload: string): void => {
      const { other } = end;
      if (!offer || payload !== `answer to ${name}` || other === undefined) return;
      later(() => {
        if (end.state !== 'opening' || other.state !== 'opening') return;
        rise(end);
        rise(other);
      });
    };
    if (offer) {
      offers.set(name, end);
      later(() => end.state === 'opening' && events.signal(name), 0);
    }
    later(() => end.state === 'opening' && fall(end), setUpMs);
    return {
      signal: offer ? confirm : answer,
      sendControl: (frame) => pass(end, (to) => to.control(frame.slice())),
      sendPiece(frame) {
        if (end.state !== 'up') return;
        pass(end, (to) => to.piece(frame.slice()));
        later(() => end.state === 'up' && events.drained(frame.length), 1);
      },
      close() {
        const { other } = end;
        end.state = 'over';
        if (other !== undefined) later(() => fall(other));
      },
    };
  };
  return { join: () => ({ open: (_peer, offer, events) => open(offer, events) }) };
}
