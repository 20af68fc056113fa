/** The events of an engine, and the small emitter that carries them. */
import type { PeerEvent } from '@shoal/core/peer';
import type { SegmentStats } from './stats.js';

type EventOf<Type extends PeerEvent['type']> = Extract<PeerEvent, { readonly type: Type }>;

/** Every event by name, with what its listeners are given. */
export interface EngineEvents {
  'peer-connected': EventOf<'peer-connected'>;
  'peer-closed': EventOf<'peer-closed'>;
  'piece-received': EventOf<'piece-received'>;
  'piece-wasted': EventOf<'piece-wasted'>;
  'piece-sent': EventOf<'piece-sent'>;
  'piece-corrupt': EventOf<'piece-corrupt'>;
  'record-refused': EventOf<'record-refused'>;
  'tracker-changed': EventOf<'tracker-changed'>;
  /** The player was given a segment. */
  segment: SegmentStats;
  /** A record is verified: playlists may be written from it. */
  recorded: { readonly rendition: number; readonly sequence: number };
  /** The engine met a bug and stopped for good: play as if it were not there. */
  broken: { readonly cause: unknown };
}

/** Adds a listener; returns its undo. */
export type On<Events> = <Type extends keyof Events>(
  type: Type,
  listener: (event: Events[Type]) => void,
) => () => void;

export interface Emitter<Events> {
  readonly on: On<Events>;
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void;
  clear(): void;
}

/**
 * A listener that throws does not keep the event from the others; what it threw goes to `onThrow`.
 */
export function createEmitter<Events>(onThrow: (thrown: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(event: never) => void>>();
  return {
    on: (type, listener) => {
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set.add(listener));
      return () => void set.delete(listener);
    },
    emit: (type, event) => {
      for (const listener of [...(listeners.get(type) ?? [])]) {
        try {
          (listener as (event: unknown) => void)(event);
        } catch (thrown) {
          onThrow(thrown);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
