/** What is fetched from the edge, why, and what happens when it does not answer. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import {
  announceOf,
  createStage,
  joinedStage,
  keyOf,
  of,
  planOf,
  SEGMENT_BYTES,
  type Stage,
  sent,
  UNSHARED,
} from './testing/play.js';
import { sealedOf } from './testing/records.js';

const A = PeerId('anna');
const B = PeerId('bert');
const PIECE = 16_384;

const fetches = (stage: Stage): string[] =>
  of(stage.taken(), 'fetch').map(
    ({ key, from, to, why }) =>
      `${why} ${key.sequence} ${from / PIECE}-${to === undefined ? '' : to / PIECE}`,
  );

/** Nobody else, no consent: the player follows and its playlist ends with 101. */
function loneStage(): Stage {
  const stage = createStage();
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
  stage.located(0, 101);
  return stage;
}

describe('cold start (CLD1)', () => {
  it('is one plain request, at once, before the record is known', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    expect(fetches(stage)).toEqual(['cold 100 0-']);
  });

  it('asks only for what the playlist names or a record describes', () => {
    const stage = loneStage();
    stage.want(10, 1, 500);
    expect(fetches(stage)).toEqual([]);
    stage.located(20, 500);
    expect(fetches(stage)).toEqual(['cold 500 0-']);
  });

  it('is raced from its end by neighbours that hold the part, and cut when they meet (CLD3)', () => {
    const stage = joinedStage([A], 0, UNSHARED);
    stage.located(70, 101);
    stage.want(80, 1, 100);
    expect(fetches(stage)).toEqual(['cold 100 0-']);
    stage.record(90, 100);
    stage.fetched(100, 1, 10);
    stage.fetched(400, 1, PIECE);
    stage.taken();
    stage.says(410, A, { type: 'have', key: keyOf(100), pieces: 6, bits: 'all' });
    expect(sent(stage.taken(), 'ask')).toMatchObject([{ message: { pieces: [5, 4, 3, 2] } }]);
    for (const index of [5, 4, 3, 2]) stage.piece(420, A, 100, index);
    stage.fetched(700, 1, 2 * PIECE);
    const said = stage.taken();
    expect(of(said, 'cancel-fetch')).toHaveLength(1);
    expect(of(said, 'deliver')).toMatchObject([{ httpBytes: 2 * PIECE, peerBytes: 4 * PIECE }]);
  });
});

describe('the first segment (CLD5)', () => {
  const first = (stage: Stage): void => {
    stage.located(70, 101);
    stage.want(80, 1, 100);
    expect(fetches(stage)).toEqual(['cold 100 0-4']);
  };
  const holds = { type: 'have', key: keyOf(100), pieces: 6, bits: 'all' } as const;

  it('has its beginning from the edge, and the rest from a neighbour in time', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.record(90, 100);
    stage.fetched(100, 1, 4 * PIECE, { done: true, status: 206 });
    stage.says(110, A, holds);
    expect(sent(stage.taken(), 'ask')).toMatchObject([{ message: { pieces: [4, 5] } }]);
    for (const index of [4, 5]) stage.piece(200, A, 100, index);
    const said = stage.taken();
    expect(of(said, 'fetch')).toEqual([]);
    expect(of(said, 'deliver')).toMatchObject([{ httpBytes: 4 * PIECE, peerBytes: 2 * PIECE }]);
  });

  it('is waited for while a neighbour brings it, batch by batch', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.record(90, 100);
    stage.fetched(100, 1, 4 * PIECE, { done: true, status: 206 });
    const bits = new Uint8Array([0b010000]);
    stage.says(110, A, { type: 'have', key: keyOf(100), pieces: 6, bits });
    stage.piece(150, A, 100, 4);
    stage.until(300);
    expect(fetches(stage)).toEqual([]);
    stage.until(330);
    expect(fetches(stage)).toEqual(['cold 100 5-6']);
  });

  it('is not shared when it is large', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    const record = { sequence: 100, bytes: 30 * PIECE };
    stage.at(90, { type: 'record', sealed: sealedOf(record) }, 'record');
    expect(fetches(stage)).toEqual(['cold 100 4-30']);
  });

  it('comes from the edge when nobody is asked for it within 0.1 s', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.record(90, 100);
    stage.fetched(100, 1, 4 * PIECE, { done: true, status: 206 });
    stage.until(170);
    expect(fetches(stage)).toEqual([]);
    stage.until(180);
    expect(fetches(stage)).toEqual(['cold 100 4-6']);
  });

  it('comes from the edge when who is asked for it brings nothing for 0.25 s', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.record(90, 100);
    stage.fetched(100, 1, 4 * PIECE, { done: true, status: 206 });
    stage.says(110, A, holds);
    stage.until(250);
    expect(fetches(stage)).toEqual([]);
    stage.until(330);
    expect(fetches(stage)).toEqual(['cold 100 4-6']);
  });

  it('has its rest asked for at last when its record does not come', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.fetched(100, 1, 4 * PIECE, { done: true, status: 206 });
    stage.until(180);
    expect(fetches(stage)).toEqual(['cold 100 4-']);
    stage.fetched(200, 2, 2 * PIECE, { done: true, status: 206 });
    stage.until(600);
    expect(of(stage.taken(), 'deliver-plain')).toMatchObject([{ fetches: [1, 2] }]);
  });

  it('has its rest asked for while its beginning is still on its way', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.fetched(100, 1, 3 * PIECE);
    stage.until(180);
    expect(fetches(stage)).toEqual(['cold 100 4-']);
    stage.fetched(190, 2, 2 * PIECE, { done: true, status: 206 });
    stage.fetched(200, 1, 4 * PIECE, { done: true, status: 206 });
    stage.until(600);
    expect(of(stage.taken(), 'deliver-plain')).toMatchObject([{ fetches: [1, 2] }]);
  });

  it('does not mind that there is no rest', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.until(180);
    stage.fetched(190, 2, 0, { done: false, status: 416 });
    stage.fetched(200, 1, 3 * PIECE, { done: true, status: 206 });
    stage.until(1_000);
    const said = stage.taken();
    expect(of(said, 'fetch')).toHaveLength(1);
    expect(of(said, 'deliver-plain')).toMatchObject([{ fetches: [1] }]);
  });

  it('is asked for whole when its beginning breaks off behind the rest', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.fetched(100, 1, 4 * PIECE);
    stage.until(180);
    expect(fetches(stage)).toEqual(['cold 100 4-']);
    stage.fetched(190, 1, 4 * PIECE, { done: false, status: 0 });
    stage.until(800);
    expect(fetches(stage)).toEqual(['retry 100 0-']);
  });

  it('is all there when it is no longer than its beginning', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.fetched(100, 1, 3 * PIECE, { done: true, status: 206 });
    stage.until(600);
    const said = stage.taken();
    expect(of(said, 'fetch')).toEqual([]);
    expect(of(said, 'deliver-plain')).toMatchObject([{ fetches: [1] }]);
  });

  it('goes on to be fetched when its beginning comes late', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.until(180);
    expect(fetches(stage)).toEqual(['cold 100 4-']);
    stage.fetched(190, 1, 4 * PIECE, { done: true, status: 206 });
    stage.record(200, 100);
    const said = stage.taken();
    expect([of(said, 'cancel-fetch'), of(said, 'fetch')]).toEqual([[], []]);
    stage.fetched(210, 2, 2 * PIECE, { done: true, status: 206 });
    expect(of(stage.taken(), 'deliver')).toHaveLength(1);
  });

  it('has its rest asked for as soon as its record is known not to come', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.at(90, { type: 'records-ended', rendition: 0, ok: false }, 'no records');
    expect(fetches(stage)).toEqual(['cold 100 4-']);
  });

  it('comes from the edge when nobody was introduced within 50 ms', () => {
    const stage = createStage();
    stage.at(0, { type: 'consent', granted: true }, 'agree');
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    first(stage);
    stage.until(129);
    expect(fetches(stage)).toEqual([]);
    stage.until(130);
    expect(fetches(stage)).toEqual(['cold 100 4-']);
  });

  it('is asked for whole without consent, and by a machine that is late', () => {
    const late = createStage();
    late.at(0, { type: 'consent', granted: true }, 'agree');
    const renditions = [{ rendition: 0, live: true }];
    late.at(0, { type: 'follow', renditions, lateMs: Ms(300) }, 'follow');
    for (const stage of [loneStage(), late]) {
      stage.located(70, 101);
      stage.want(80, 1, 100);
      expect(fetches(stage)).toEqual(['cold 100 0-']);
    }
  });

  it('is shown before anything else is asked of neighbours', () => {
    const stage = joinedStage([A], 0);
    first(stage);
    stage.record(90, 100);
    stage.record(90, 101);
    stage.says(110, A, holds);
    stage.says(110, A, { ...holds, key: keyOf(101) });
    for (const index of [4, 5]) stage.piece(120, A, 100, index);
    stage.fetched(130, 1, 4 * PIECE, { done: true, status: 206 });
    stage.taken();
    stage.want(140, 2, 101);
    expect(sent(stage.taken(), 'ask')).toEqual([]);
    stage.playback(200, 101, 1_950);
    expect(sent(stage.taken(), 'ask')).toHaveLength(1);
  });
});

describe('nobody else (CLD2)', () => {
  it('means the edge, when the player asks and not before', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(20, 100);
    stage.record(20, 101);
    stage.fetched(30, 1, SEGMENT_BYTES, { done: true, status: 200 });
    stage.playback(40, 101, 2_000);
    stage.taken();
    stage.until(500);
    expect(fetches(stage)).toEqual([]);
    stage.want(600, 2, 101);
    expect(fetches(stage)).toEqual(['alone 101 0-']);
  });

  it('is not assumed while links are being made', () => {
    const stage = joinedStage([], 8_000);
    stage.tracker(50, { type: 'introduce', peer: A, offer: false });
    stage.located(60, 101);
    stage.record(60, 101);
    stage.want(70, 1, 101);
    stage.until(1_000);
    expect(fetches(stage)).toEqual([]);
    stage.until(4_000);
    expect(fetches(stage)).toEqual(['alone 101 0-']);
  });
});

it('gives a link that has just opened time to say what it holds (CLD2)', () => {
  const stage = joinedStage([], 8_000);
  stage.tracker(50, { type: 'introduce', peer: A, offer: false });
  stage.located(60, 101);
  stage.record(60, 101);
  stage.want(70, 1, 101);
  stage.links(1_000, A);
  stage.until(1_050);
  expect(fetches(stage)).toEqual([]);
  const runs = [{ from: 95, count: 7 }];
  stage.says(1_060, A, { type: 'holdings', rendition: 0, playhead: 102, runs });
  const said = stage.taken();
  expect(of(said, 'fetch')).toEqual([]);
  expect(sent(said, 'ask')).toHaveLength(1);
});

describe('seeds (SED1)', () => {
  it('fetch their stripes at once, neighbouring ones in one request, and exactly those', () => {
    const stage = joinedStage([A], 8_000);
    // 101 mod 3 = 2: its three stripes travel in the first, second and third tree.
    stage.tracker(200, planOf({}, {}, { parent: A }));
    stage.tracker(500, announceOf(101));
    expect(fetches(stage)).toEqual(['seed 101 0-4']);
    const gap = joinedStage([A], 8_000);
    gap.tracker(200, planOf({}, { parent: A }, {}));
    gap.tracker(500, announceOf(101));
    expect(fetches(gap)).toEqual(['seed 101 0-2', 'seed 101 4-6']);
  });

  it('leave parts alone that were there before the plan, and that come when uploads are off', () => {
    const stage = joinedStage([A], 8_000);
    stage.located(100, 101);
    stage.tracker(200, planOf({}));
    stage.record(210, 101);
    expect(fetches(stage)).toEqual([]);
    stage.at(220, { type: 'uploads', on: false, rateMax: 0 }, 'off');
    stage.tracker(230, announceOf(102));
    expect(fetches(stage)).toEqual([]);
  });
});

describe('the deadline', () => {
  it('fetches what is lacking when the buffer is down to the lead (DDL2)', () => {
    const stage = joinedStage([A], 4_000);
    stage.tracker(200, planOf({ parent: A }));
    stage.tracker(500, announceOf(101));
    stage.piece(510, A, 101, 0);
    stage.taken();
    stage.until(2_810);
    expect(fetches(stage)).toEqual([]);
    stage.until(2_830);
    expect(fetches(stage)).toEqual(['cold 101 1-6']);
  });

  it('is now for a stalled player (DDL1)', () => {
    const stage = joinedStage([A], 20_000);
    stage.tracker(200, planOf({ parent: A }));
    stage.tracker(500, announceOf(101));
    stage.taken();
    stage.playback(600, 101, 20_000, true);
    expect(fetches(stage)).toEqual(['cold 101 0-']);
  });

  it('leaves pieces a moment that were just asked for, and tells parents to stop (DDL3)', () => {
    const stage = joinedStage([A, B], 20_000);
    stage.tracker(200, planOf({ parent: A }));
    stage.tracker(500, announceOf(101));
    stage.says(600, B, {
      type: 'have',
      key: keyOf(101),
      pieces: 6,
      bits: new Uint8Array([0b000011]),
    });
    stage.until(1_250);
    stage.taken();
    stage.playback(1_300, 101, 1_000);
    const said = stage.taken();
    expect(of(said, 'fetch')).toMatchObject([{ from: 2 * PIECE, to: 6 * PIECE }]);
    stage.until(1_700);
    expect(fetches(stage)).toEqual(['cold 101 0-2']);
  });

  it('leaves nothing to anybody when a quick edge is just in time (DDL3)', () => {
    const stage = joinedStage([A, B], 20_000);
    stage.tracker(200, planOf({ parent: A }));
    stage.tracker(500, announceOf(101));
    const key = keyOf(101);
    stage.says(600, B, { type: 'have', key, pieces: 6, bits: new Uint8Array([0b000011]) });
    stage.until(1_250);
    stage.taken();
    stage.playback(1_300, 101, 0, true);
    expect(fetches(stage)).toEqual(['cold 101 0-']);
  });

  it('has three media fetches at most, the most urgent first (EDG1)', () => {
    const stage = loneStage();
    stage.located(0, 105);
    for (const [request, sequence] of [
      [1, 105],
      [2, 104],
      [3, 103],
    ] as const) {
      stage.want(10, request, sequence);
    }
    stage.located(11, 108);
    stage.want(12, 4, 108);
    expect(fetches(stage)).toHaveLength(3);
    stage.record(20, 105);
    stage.fetched(30, 1, SEGMENT_BYTES, { done: true, status: 200 });
    expect(fetches(stage)).toEqual(['cold 108 0-']);
  });
});

it('counts what was just handed over as buffered, at the very start (DDL4)', () => {
  const stage = joinedStage([A], 0, UNSHARED);
  stage.located(70, 102);
  stage.want(80, 1, 101);
  stage.record(90, 101);
  stage.record(90, 102);
  stage.fetched(100, 1, SEGMENT_BYTES, { done: true, status: 200 });
  stage.taken();
  stage.playback(110, 102, 0);
  stage.want(111, 2, 102);
  expect(fetches(stage)).toEqual([]);
  stage.playback(400, 102, 1_750);
  stage.until(940);
  expect(fetches(stage)).toEqual([]);
  stage.until(960);
  expect(fetches(stage)).toEqual(['deadline 102 0-3']);
});

describe('two steps (DDL5)', () => {
  /** Playing, and 102 is needed at 2,160: the lead begins at 960. */
  const lateStage = (): Stage => {
    const stage = joinedStage([A], 0, UNSHARED);
    stage.located(70, 102);
    stage.want(80, 1, 101);
    stage.record(90, 101);
    stage.record(90, 102);
    stage.fetched(100, 1, SEGMENT_BYTES, { done: true, status: 200 });
    stage.playback(700, 102, 1_460);
    stage.want(701, 2, 102);
    stage.taken();
    return stage;
  };

  it('leave peers half a second for the second half', () => {
    const stage = lateStage();
    stage.until(970);
    expect(fetches(stage)).toEqual(['deadline 102 0-3']);
    stage.fetched(1_000, 2, 3 * PIECE, { done: true, status: 200 });
    stage.says(1_100, A, { type: 'have', key: keyOf(102), pieces: 6, bits: 'all' });
    for (const index of [4, 5]) stage.piece(1_200, A, 102, index);
    stage.taken();
    stage.until(1_450);
    expect(fetches(stage)).toEqual([]);
    stage.until(1_560);
    expect(fetches(stage)).toEqual(['deadline 102 3-4']);
  });

  it('are one where nobody else is', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(20, 100);
    stage.fetched(30, 1, SEGMENT_BYTES, { done: true, status: 200 });
    stage.record(40, 101);
    stage.taken();
    stage.playback(50, 101, 1_000);
    expect(fetches(stage)).toEqual(['deadline 101 0-']);
  });
});

describe('a failing edge (EDG3)', () => {
  it('is tried again with growing waits, and the player told in the end', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    let fetch = 1;
    let now = 20;
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      stage.fetched(now, fetch, 0, { done: false, status: 503 });
      stage.taken();
      const from = now;
      let next: number | undefined;
      while (next === undefined) {
        now += 50;
        stage.until(now);
        next = of(stage.taken(), 'fetch')[0]?.fetch;
      }
      fetch = next;
      waits.push(now - from);
    }
    expect(waits[4]).toBeGreaterThan(waits[0]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_050);
    stage.fetched(now, fetch, 0, { done: false, status: 503 });
    expect(of(stage.taken(), 'fail')).toMatchObject([{ request: 1, status: 503 }]);
  });

  it('is tried again at once when the player asks again', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    for (const [ms, fetch] of [
      [20, 1],
      [1_000, 3],
      [2_500, 4],
    ] as const) {
      stage.fetched(ms, fetch, 0, { done: false, status: 404 });
    }
    expect(of(stage.taken(), 'fail')).toHaveLength(1);
    stage.want(2_510, 2, 100);
    expect(fetches(stage)).toEqual(['retry 100 0-']);
    stage.fetched(2_550, 5, 0, { done: false, status: 404 });
    stage.until(2_600);
    const said = stage.taken();
    expect([of(said, 'fail').length, of(said, 'fetch').length]).toEqual([1, 0]);
  });

  it('keeps what came before the cut, and asks for the rest at once', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    stage.taken();
    stage.fetched(20, 1, 3 * PIECE + 5, { done: false, status: 200 });
    expect(fetches(stage)).toEqual(['retry 100 3-6']);
    stage.fetched(30, 3, PIECE - 1, { done: false, status: 200 });
    expect(fetches(stage)).toEqual([]);
    stage.until(1_000);
    expect(fetches(stage)).toEqual(['retry 100 3-6']);
  });

  it('with a body that is too short is a failure, too', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    stage.taken();
    stage.fetched(20, 1, 3 * PIECE, { done: true, status: 200 });
    expect(fetches(stage)).toEqual(['retry 100 3-6']);
  });

  it('that lost a segment is not hammered (EDG5)', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    let asked = 1;
    for (let now = 20; now < 10_000; now += 20) {
      for (const { fetch } of of(stage.taken(), 'fetch')) {
        asked++;
        stage.fetched(now, fetch, 0, { done: false, status: 404 });
      }
      stage.until(now);
    }
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('that lost announced parts has them dropped (EDG5)', () => {
    const stage = joinedStage([A], 8_000);
    stage.tracker(200, planOf({}));
    stage.tracker(500, announceOf(131));
    stage.located(510, 101);
    for (const { fetch } of of(stage.taken(), 'fetch')) {
      stage.fetched(520, fetch, 0, { done: false, status: 404 });
    }
    stage.until(2_000);
    for (const { fetch } of of(stage.taken(), 'fetch')) {
      stage.fetched(2_000, fetch, 0, { done: false, status: 404 });
    }
    stage.at(3_000, { type: 'wake' }, 'later');
    stage.taken();
    stage.until(30_000);
    expect(fetches(stage)).toEqual([]);
  });

  it('whose bytes match nothing is asked afresh once, then given up for the segment (EDG6)', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.record(11, 100);
    stage.taken();
    stage.answer(false);
    stage.fetched(20, 1, PIECE);
    const [again] = of(stage.taken(), 'fetch');
    expect(again).toMatchObject({ fresh: true });
    stage.fetched(30, again!.fetch, PIECE);
    const said = stage.taken();
    expect(of(said, 'fail')).toHaveLength(1);
    expect(of(said, 'fetch')).toHaveLength(0);
  });
});

describe('a request without a byte (EDG7)', () => {
  /** The edge has answered once; the request for 100 is the second, its hedge the third. */
  const muteStage = (): Stage => {
    const stage = loneStage();
    stage.want(0, 9, 99);
    stage.fetched(5, 1, SEGMENT_BYTES, { done: true, status: 200 });
    stage.want(10, 1, 100);
    expect(fetches(stage)).toEqual(['cold 99 0-', 'cold 100 0-']);
    stage.until(1_500);
    expect(fetches(stage)).toEqual([]);
    stage.until(1_520);
    expect(fetches(stage)).toEqual(['deadline 100 0-']);
    return stage;
  };
  const cuts = (stage: Stage): number[] =>
    of(stage.taken(), 'cancel-fetch').map(({ fetch }) => fetch);

  it('is hedged, and the first to get a byte goes on', () => {
    const stage = muteStage();
    stage.fetched(1_600, 3, PIECE);
    expect(cuts(stage)).toEqual([2]);
    const late = muteStage();
    late.fetched(1_600, 2, PIECE);
    expect(cuts(late)).toEqual([3]);
    late.fetched(1_700, 2, SEGMENT_BYTES, { done: true, status: 200 });
    late.until(2_200);
    expect(of(late.taken(), 'deliver-plain')).toHaveLength(1);
  });

  it('is not followed by a third: no more than two wait for the same', () => {
    const stage = muteStage();
    stage.until(6_000);
    expect(stage.taken()).toEqual([]);
    stage.fetched(6_010, 2, 0, { done: false, status: 0 });
    stage.fetched(7_510, 3, 0, { done: false, status: 0 });
    stage.until(9_000);
    expect(of(stage.taken(), 'fetch')).toHaveLength(1);
  });

  it('teaches patience: an edge that became slow to begin is waited for in the end', () => {
    const stage = muteStage();
    const SLOW = 4_000;
    const startedAt = new Map([
      [2, 10],
      [3, 1_510],
    ]);
    let delivered = false;
    for (let now = 1_530; now < 30_000 && !delivered; now += 10) {
      for (const [fetch, at] of startedAt) {
        if (now !== at + SLOW) continue;
        stage.fetched(now, fetch, SEGMENT_BYTES, { done: true, status: 200 });
      }
      stage.until(now);
      for (const output of stage.taken()) {
        if (output.type === 'fetch') startedAt.set(output.fetch, now);
        if (output.type === 'cancel-fetch') startedAt.delete(output.fetch);
        delivered ||= output.type === 'deliver-plain';
      }
    }
    expect(delivered).toBe(true);
  });

  it('is let be while the edge has never answered', () => {
    const stage = loneStage();
    stage.want(10, 1, 100);
    stage.until(5_000);
    expect(fetches(stage)).toEqual(['cold 100 0-']);
  });
});

it('cuts and releases what the player has no more use for (EDG4)', () => {
  const stage = loneStage();
  stage.want(10, 1, 100);
  stage.record(11, 100);
  stage.taken();
  stage.at(20, { type: 'unwant', request: 1 }, 'unwant');
  const said = stage.taken();
  expect([of(said, 'cancel-fetch').length, of(said, 'release-fetch').length]).toEqual([1, 1]);
});
