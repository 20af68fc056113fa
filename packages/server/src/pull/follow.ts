/**
 * Follows one playlist of a source: polls at the right moments, backs off when the source is in
 * trouble.
 */
import type { PlaylistAnswer, Source, Validator } from '../source/source.js';
import { backoffMs, changed, nextPollAt, type Pace, startPace, unchanged } from './pace.js';

/** What the reader of a playlist says of it. */
export interface Heard {
  /** Whether more segments will come. */
  readonly live: boolean;
  readonly targetMs: number;
  /** Duration of the newest segment. */
  readonly newestMs: number;
  /** Whether it differs from what was read before. */
  readonly fresh: boolean;
}

export interface FollowParts {
  readonly source: Source;
  readonly url: string;
  /** What was already asked, in place of the first question. */
  readonly initial: PlaylistAnswer | undefined;
  /** Reads the text; throws when it is no playlist. */
  readonly read: (text: string, url: string) => Heard;
  /** The source failed, with the count of failures in a row; 0: it is well again. */
  readonly onTrouble: (failures: number, error: unknown) => void;
  readonly now: () => number;
  /** In [0, 1). */
  readonly dice: () => number;
}

export interface Follower {
  /** Resolves after the first answer; rejects when it fails. */
  readonly first: Promise<void>;
  /** Asks at once when a segment is due; resolves with the answer or after a moment. */
  freshen(): Promise<void>;
  close(): void;
}

export function startFollowing(parts: FollowParts): Follower {
  const { source, url, read, now, dice, onTrouble } = parts;
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let pace: Pace | undefined;
  let seen: Validator | undefined;
  let text: string | undefined;
  let { initial } = parts;
  let failures = 0;
  let running: Promise<void> | undefined;

  const hear = (answer: PlaylistAnswer, askedAt: number): boolean => {
    if (answer.type === 'unchanged' || answer.text === text) {
      if (pace !== undefined) pace = unchanged(pace, askedAt);
      return true;
    }
    const heard = read(answer.text, answer.url);
    seen = answer.validator;
    text = answer.text;
    if (pace === undefined) pace = startPace(now(), heard.targetMs, heard.newestMs);
    else if (heard.fresh) pace = changed(pace, now(), heard.targetMs, heard.newestMs);
    else pace = unchanged(pace, askedAt);
    return heard.live;
  };
  const ask = async (): Promise<boolean> => {
    const askedAt = now();
    const answer = initial ?? (await source.playlist(url, seen, stopped.signal));
    initial = undefined;
    const live = hear(answer, askedAt);
    if (failures > 0) onTrouble(0, undefined);
    failures = 0;
    return live;
  };
  const rest = (ms: number): void => {
    if (!stopped.signal.aborted) timer = setTimeout(() => void poll().catch(() => {}), ms);
  };
  const asked = async (): Promise<void> => {
    try {
      const live = await ask();
      if (live && pace !== undefined) rest(nextPollAt(pace, now()) - now());
    } catch (error) {
      if (stopped.signal.aborted) return;
      failures += 1;
      onTrouble(failures, error);
      rest(backoffMs(failures, dice()));
      throw error;
    }
  };
  const poll = (): Promise<void> => {
    clearTimeout(timer);
    running ??= asked().finally(() => {
      running = undefined;
    });
    return running;
  };
  const due = (): boolean => failures === 0 && pace !== undefined && now() >= pace.lo + FRESH_MS;
  return {
    first: poll(),
    freshen: async () => {
      if (due()) await soon(poll());
    },
    close: () => {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

/** A viewer waits this long for the source and is then given what we have. */
function soon(work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    work.then(settle, settle);
  });
}

const PATIENCE_MS = 250;
/** An answer younger than this is as good as a new one. */
const FRESH_MS = 100;
