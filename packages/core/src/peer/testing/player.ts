/**
 * A player for tests: asks for one segment after the other as hls.js does, and stalls when it has
 * none.
 */
import { Ms } from '../../units/index.js';
import type { PeerInput } from '../contract.js';
import type { TestSwarm } from './swarm.js';

export interface TestPlayer {
  readonly delivered: (request: number, verified: boolean) => void;
  readonly failed: (request: number) => void;
  start(): void;
  /** How late its machine is with everything it does by the clock. */
  lateMs: number;
  readonly figures: {
    segments: number;
    plain: number;
    fails: number;
    stalls: number;
    stallMs: number;
    /** From start to the first segment. */
    startUpMs: number | undefined;
  };
}

const TICK = 250;
const POLL = 1_000;
const BUFFER_MAX = 30_000;

export function createTestPlayer(swarm: TestSwarm, feed: (input: PeerInput) => void): TestPlayer {
  const { clock } = swarm;
  let next = -1;
  let request: number | undefined;
  let requests = 0;
  let buffer = 0;
  let at = 0;
  let bornAt = 0;
  let playing = false;
  let stalled = false;
  const figures: TestPlayer['figures'] = {
    segments: 0,
    plain: 0,
    fails: 0,
    stalls: 0,
    stallMs: 0,
    startUpMs: undefined,
  };

  /** Plays what is buffered up to now. */
  const advance = (): void => {
    const passed = clock.now() - at;
    at = clock.now();
    if (!playing) return;
    if (isOver()) return;
    if (stalled) figures.stallMs += passed;
    else if (buffer < passed) {
      stalled = true;
      figures.stalls++;
      figures.stallMs += passed - buffer;
      buffer = 0;
    } else buffer -= passed;
  };
  const isOver = (): boolean => !swarm.live && next >= swarm.playlist().length;
  const say = (lateMs = 0): void => {
    advance();
    feed({
      type: 'playback',
      rendition: 0,
      sequence: next,
      bufferMs: Ms(buffer),
      stalled,
      playing: playing && !stalled,
      bufferMsMax: Ms(BUFFER_MAX),
      lateMs: Ms(lateMs),
    });
  };
  const tick = (): void => {
    say(player.lateMs);
    want();
    clock.after(TICK + player.lateMs, tick);
  };
  /** As a player that lags drops what it waits for. */
  const skip = (): void => {
    const first = swarm.playlist()[0]?.sequence ?? 0;
    if (!swarm.live || request === undefined || next >= first) return;
    feed({ type: 'unwant', request });
    request = undefined;
  };
  const poll = (): void => {
    skip();
    const segments = swarm.playlist();
    feed({ type: 'located', rendition: 0, live: swarm.live, segments });
    if (next < 0 && segments.length > 0) {
      next = swarm.live ? Math.max(0, segments.at(-1)!.sequence - 2) : 0;
    }
    want();
    clock.after(POLL, poll);
  };
  const want = (): void => {
    if (request !== undefined || next < 0 || buffer > BUFFER_MAX - 2_000) return;
    const first = swarm.playlist()[0]?.sequence ?? 0;
    if (next < first) next = swarm.playlist().at(-3)?.sequence ?? first;
    if (!swarm.playlist().some(({ sequence }) => sequence === next)) return;
    requests++;
    request = requests;
    feed({ type: 'want', request, rendition: 0, sequence: next });
  };
  const player: TestPlayer = {
    figures,
    lateMs: 0,
    start() {
      bornAt = clock.now();
      at = bornAt;
      feed({ type: 'follow', renditions: [{ rendition: 0, live: swarm.live }] });
      clock.after(60, poll);
      clock.after(TICK, tick);
    },
    delivered(of, verified) {
      if (of !== request) throw new Error('delivered what was not asked for');
      advance();
      request = undefined;
      next++;
      buffer += swarm.durationMs;
      figures.segments++;
      if (!verified) figures.plain++;
      figures.startUpMs ??= clock.now() - bornAt;
      playing = true;
      stalled = false;
      clock.after(5, () => {
        say();
        want();
      });
    },
    failed() {
      figures.fails++;
      request = undefined;
    },
  };
  return player;
}
