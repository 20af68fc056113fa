/** Streams whose segments have several parts: players that ask for parts, and those that do not. */
import { describe, expect, it } from 'vitest';
import { Bytes, Ms, type PartKey, PeerId, pieceLength } from '../units/index.js';
import type { FromTracker } from '../wire/index.js';
import type { PeerConfig } from './config.js';
import {
  createStage,
  joinedStage,
  of,
  planOf,
  reported,
  type Stage,
  sent,
  UNSHARED,
} from './testing/play.js';
import { sealedOf } from './testing/records.js';

const A = PeerId('anna');
const B = PeerId('bert');
const PIECE = 16_384;
/** Four parts of half a second, three pieces each. */
const PARTS = 4;
const PART_BYTES = 2 * PIECE + 100;

const partOf = (sequence: number, part: number): PartKey => ({ rendition: 0, sequence, part });
const sealed = (sequence: number, part: number) =>
  sealedOf({ sequence, part, parts: PARTS, bytes: PART_BYTES, durationMs: 500 });
const announce = (sequence: number, part: number): FromTracker => ({
  type: 'announce',
  sealed: sealed(sequence, part),
});

/** A player that asks for parts: `part` of 101 is the next that it lacks. */
function says(stage: Stage, ms: number, part: number, bufferMs: number, sequence = 101): void {
  const place = { rendition: 0, sequence, part, bufferMs: Ms(bufferMs) };
  const rest = { stalled: false, playing: bufferMs > 0, bufferMsMax: Ms(30_000) };
  stage.at(ms, { type: 'playback', ...place, ...rest }, 'player');
}

function wants(stage: Stage, ms: number, request: number, sequence: number, part?: number): void {
  stage.at(ms, { type: 'want', request, rendition: 0, sequence, part }, 'player wants');
}

function sends(stage: Stage, ms: number, peer: PeerId, key: PartKey, index: number): void {
  const bytes = pieceLength(Bytes(PART_BYTES), index);
  const arrival = 1000 * key.part + 10 * index + 1;
  stage.at(ms, { type: 'piece', peer, key, index, bytes, arrival }, 'piece');
}

const fetches = (stage: Stage): string[] =>
  of(stage.taken(), 'fetch').map(
    ({ key, of: what, from, to, why }) =>
      `${why} ${what} ${key.sequence}.${key.part} ${from}-${to ?? ''}`,
  );

function loneStage(): Stage {
  const stage = createStage();
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
  stage.located(0, 101);
  return stage;
}

/** Joined, linked to A and B, playing `bufferMs` behind part 2 of 101, whose parts come planned. */
function plannedStage(bufferMs: number, config?: PeerConfig): Stage {
  const stage = joinedStage([A, B], bufferMs, config);
  const tree = { parent: A, standby: B };
  stage.tracker(70, planOf(tree, tree, tree));
  says(stage, 80, 2, bufferMs);
  return stage;
}

describe('a player that asks for parts', () => {
  it('is given one part, when that is whole', () => {
    const stage = loneStage();
    wants(stage, 10, 1, 101, 1);
    expect(fetches(stage)).toEqual(['cold part 101.1 0-']);
    stage.at(20, { type: 'record', sealed: sealed(101, 1) }, 'record');
    stage.fetched(30, 1, PART_BYTES, { done: true, status: 200 });
    const [delivery] = of(stage.taken(), 'deliver');
    expect(delivery).toMatchObject({ request: 1, parts: ['0/101/1'], httpBytes: PART_BYTES });
  });

  it('is given a body without a record as it is, and never that of a segment (PLY2)', () => {
    const stage = loneStage();
    wants(stage, 10, 1, 101, 0);
    stage.fetched(30, 1, PART_BYTES, { done: true, status: 200 });
    stage.until(3_000);
    expect(of(stage.taken(), 'deliver-plain')).toMatchObject([{ request: 1, fetches: [1] }]);
  });

  it('has the wait for the push shortened: its parent has a fraction of the time', () => {
    const stage = plannedStage(1_000);
    stage.tracker(100, announce(101, 2));
    stage.says(150, B, { type: 'have', key: partOf(101, 2), pieces: 3, bits: 'all' });
    stage.taken();
    stage.until(350);
    expect(sent(stage.taken(), 'ask')).toMatchObject([{ peer: B, message: { pieces: [0, 1, 2] } }]);
  });

  it('has a part from the edge before it runs dry, and not a second before (DDL2)', () => {
    const stage = plannedStage(1_000);
    stage.tracker(100, announce(101, 2));
    stage.until(600);
    expect(fetches(stage)).toEqual([]);
    stage.until(900);
    expect(fetches(stage)[0]).toBe('cold part 101.2 0-');
  });

  it('does not have fetched what it has played', () => {
    const stage = plannedStage(1_000);
    stage.tracker(100, announce(101, 1));
    stage.until(3_000);
    expect(fetches(stage)).toEqual([]);
  });

  it('counts what is in front of a part by the parts between', () => {
    const stage = plannedStage(400);
    for (const part of [1, 2, 3]) stage.tracker(100, announce(101, part));
    stage.until(470);
    // Part 3 is needed half a second after part 2.
    expect(new Set(fetches(stage).map((one) => one.split(' ')[2]))).toEqual(new Set(['101.2']));
  });

  it('has what it asks for before it plays at once, however far from where it was (PRT2)', () => {
    const stage = joinedStage([A], 0);
    says(stage, 70, 0, 0);
    for (const part of [0, 1, 2, 3]) stage.tracker(75, announce(101, part));
    stage.taken();
    wants(stage, 80, 1, 101, 3);
    expect(fetches(stage)).toEqual(['cold part 101.3 0-']);
  });

  it('never leaves a first part to neighbours (CLD5)', () => {
    const stage = joinedStage([A], 0);
    wants(stage, 80, 1, 101, 0);
    expect(fetches(stage)).toEqual(['cold part 101.0 0-']);
  });
});

describe('a player that asks for segments of the same stream', () => {
  const whole = PARTS * PART_BYTES;

  /** 101 is asked for whole, and its body begins to come. */
  function begun(): Stage {
    const stage = loneStage();
    wants(stage, 10, 1, 101);
    expect(fetches(stage)).toEqual(['cold segment 101.0 0-']);
    return stage;
  }

  it('is given all parts out of one request', () => {
    const stage = begun();
    for (let part = 0; part < PARTS; part++) {
      stage.at(20, { type: 'record', sealed: sealed(101, part) }, 'record');
    }
    stage.fetched(30, 1, PART_BYTES + 10);
    stage.fetched(40, 1, whole, { done: true, status: 200 });
    const said = stage.taken();
    expect(of(said, 'fetch')).toEqual([]);
    expect(of(said, 'check').map(({ key, from }) => [key.part, 'offset' in from && from.offset]))
      // biome-ignore format: a line a part
      .toEqual(
      [0, 1, 2, 3].flatMap((part) => [0, 1, 2].map((i) => [part, part * PART_BYTES + i * PIECE])),
    );
    expect(of(said, 'deliver')).toMatchObject([
      { parts: ['0/101/0', '0/101/1', '0/101/2', '0/101/3'], httpBytes: whole },
    ]);
    expect(of(said, 'release-fetch')).toHaveLength(1);
  });

  it('waits with what came for records that are behind', () => {
    const stage = begun();
    stage.at(20, { type: 'record', sealed: sealed(101, 0) }, 'record');
    stage.fetched(30, 1, whole, { done: true, status: 200 });
    for (let part = 1; part < PARTS; part++) {
      stage.at(40, { type: 'record', sealed: sealed(101, part) }, 'record');
    }
    const said = stage.taken();
    expect(of(said, 'fetch')).toEqual([]);
    expect(of(said, 'deliver')).toMatchObject([{ httpBytes: whole }]);
  });

  it('is given the body as it is when records do not come, but no half of it (PLY2)', () => {
    const stage = begun();
    stage.at(20, { type: 'record', sealed: sealed(101, 0) }, 'record');
    stage.fetched(30, 1, whole, { done: true, status: 200 });
    stage.at(40, { type: 'records-ended', rendition: 0, ok: false }, 'no more records');
    stage.until(5_000);
    const said = stage.taken();
    expect(of(said, 'deliver')).toEqual([]);
    expect(of(said, 'deliver-plain')).toMatchObject([{ request: 1, fetches: [1] }]);
  });

  it('is told of a part that the edge has lost (EDG3)', () => {
    const stage = joinedStage([A], 0, UNSHARED);
    for (let part = 0; part < PARTS; part++) stage.tracker(65, announce(101, part));
    stage.located(70, 101);
    wants(stage, 80, 1, 101);
    let fetch = 0;
    for (let ms = 100; ms < 20_000; ms += 100) {
      stage.until(ms);
      for (const one of of(stage.taken(), 'fetch')) {
        fetch = one.fetch;
        stage.fetched(ms, fetch, 0, { done: false, status: 404 });
      }
    }
    expect(stage.text()).toMatch(/fail 1: 404/);
  });
});

describe('what others are told', () => {
  it('names a segment as held when all of its parts are', () => {
    const stage = plannedStage(1_000);
    for (let part = 0; part < PARTS; part++) {
      stage.tracker(100, announce(102, part));
      for (const index of [0, 1, 2]) sends(stage, 110, A, partOf(102, part), index);
      stage.taken();
    }
    stage.at(200, { type: 'link-up', peer: PeerId('carl'), rttMs: Ms(20) }, 'not known');
    stage.tracker(300, { type: 'introduce', peer: PeerId('dora'), offer: true });
    stage.links(1_500, 'dora');
    const runs = sent(stage.taken(), 'holdings').map(({ message }) => message.runs);
    expect(runs).toContainEqual([{ from: 102, count: 1 }]);
  });

  it('is asked to fetch a segment once, however many of its parts nobody holds (VOD3)', () => {
    const stage = joinedStage([A], 1_500);
    for (let part = 0; part < PARTS; part++) stage.tracker(70, announce(101, part));
    stage.located(75, 101);
    says(stage, 80, 0, 1_500);
    stage.until(400);
    expect(reported(stage.taken(), 'claim')).toMatchObject([{ sequences: [101] }]);
  });
});

describe('records of a playlist that names parts (RCD4)', () => {
  const located = (stage: Stage, ms: number, parts: boolean): void => {
    const segments = [{ sequence: 100, durationMs: Ms(2000) }];
    stage.at(ms, { type: 'located', rendition: 0, live: true, segments, parts }, 'playlist');
  };
  const asked = (stage: Stage) =>
    of(stage.taken(), 'fetch-records').map(({ since, count }) => [since, count]);

  it('are asked for before the player asks for anything', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    located(stage, 0, false);
    expect(asked(stage)).toEqual([]);
    located(stage, 10, true);
    expect(asked(stage)).toEqual([[100, 12]]);
  });

  it('are not asked for again once one is known, or is being checked', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.at(0, { type: 'record', sealed: sealed(100, 0) }, 'record');
    located(stage, 0, true);
    expect(asked(stage)).toEqual([]);
  });
});
