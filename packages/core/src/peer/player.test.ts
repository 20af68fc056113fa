/** What the player is given, and what is kept for it. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import { DEFAULT_PEER } from './config.js';
import {
  announceOf,
  createStage,
  joinedStage,
  of,
  planOf,
  SEGMENT_BYTES,
  type Stage,
} from './testing/play.js';

const A = PeerId('anna');

function fedStage(config = DEFAULT_PEER): Stage {
  const stage = joinedStage([A], 8_000, config);
  stage.tracker(200, planOf({ parent: A }));
  return stage;
}

function feed(stage: Stage, ms: number, sequence: number): void {
  stage.tracker(ms, announceOf(sequence));
  for (let i = 0; i < 6; i++) stage.piece(ms + 10 * i, A, sequence, i);
}

describe('delivery (PLY1)', () => {
  it('is at once when all is held, with the times at which the bytes moved', () => {
    const stage = fedStage();
    feed(stage, 1_000, 101);
    stage.taken();
    stage.want(3_000, 7, 101);
    expect(of(stage.taken(), 'deliver')).toEqual([
      {
        type: 'deliver',
        request: 7,
        parts: ['0/101/0'],
        firstByteAt: 1_000,
        lastByteAt: 1_050,
        httpBytes: 0,
        peerBytes: SEGMENT_BYTES,
      },
    ]);
  });

  it('is for every request of the same segment, and for none that was taken back', () => {
    const stage = fedStage();
    for (const request of [1, 2, 3]) stage.want(900, request, 101);
    stage.at(910, { type: 'unwant', request: 2 }, 'unwant');
    feed(stage, 1_000, 101);
    expect(of(stage.taken(), 'deliver').map(({ request }) => request)).toEqual([1, 3]);
  });
});

describe('without a record (PLY2)', () => {
  const bodyStage = (bufferMs: number): Stage => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.located(0, 101);
    stage.want(10, 1, 100);
    if (bufferMs > 0) stage.playback(20, 100, bufferMs);
    stage.fetched(100, 1, SEGMENT_BYTES, { done: true, status: 200 });
    return stage;
  };
  const plain = (stage: Stage): number => of(stage.taken(), 'deliver-plain').length;

  it('waits a moment when the buffer is empty, not at all when records have failed', () => {
    const stage = bodyStage(0);
    stage.until(450);
    expect(plain(stage)).toBe(0);
    stage.until(520);
    expect(plain(stage)).toBe(1);
    const failed = bodyStage(0);
    failed.at(120, { type: 'records-ended', rendition: 0, ok: false }, 'no records');
    expect(plain(failed)).toBe(1);
  });

  it('waits as long as the buffer allows, but not for records that do not come', () => {
    const stage = bodyStage(5_000);
    stage.until(4_400);
    expect(plain(stage)).toBe(0);
    stage.until(4_600);
    expect(plain(stage)).toBe(1);
    const failed = bodyStage(5_000);
    failed.at(120, { type: 'records-ended', rendition: 0, ok: false }, 'no records');
    expect(plain(failed)).toBe(1);
  });

  it('never passes such bytes on, and checks them when the record comes first', () => {
    const stage = bodyStage(0);
    stage.record(200, 100);
    const said = stage.taken();
    expect(of(said, 'check')).toHaveLength(6);
    expect(of(said, 'deliver')).toHaveLength(1);
  });
});

describe('what is kept (KEP1)', () => {
  it('is live parts for a while, for newcomers', () => {
    const stage = fedStage();
    feed(stage, 1_000, 101);
    stage.playback(2_000, 102, 60_000);
    stage.taken();
    stage.at(30_000, { type: 'wake' }, 'wake');
    expect(of(stage.taken(), 'evict')).toHaveLength(0);
    stage.at(45_000, { type: 'wake' }, 'wake');
    expect(of(stage.taken(), 'evict')).toEqual([{ type: 'evict', part: '0/101/0' }]);
  });

  it('is bytes up to a limit, what is furthest behind the player goes first', () => {
    const keep = { ...DEFAULT_PEER.keep, bytesMax: 2 * SEGMENT_BYTES };
    const stage = fedStage({ ...DEFAULT_PEER, keep });
    for (const sequence of [101, 102, 103]) feed(stage, sequence * 10, sequence);
    stage.playback(1_200, 103, 20_000);
    stage.at(2_300, { type: 'wake' }, 'wake');
    expect(of(stage.taken(), 'evict').map(({ part }) => part)).toEqual(['0/101/0']);
    expect(stage.stats()).toMatchObject({ parts: 2, bytesHeld: 2 * SEGMENT_BYTES });
  });

  it('is a rendition that was left, until the switch is surely over (SWI1)', () => {
    const stage = fedStage();
    feed(stage, 1_000, 101);
    stage.at(1_500, { type: 'follow', renditions: [{ rendition: 1, live: true }] }, 'switch');
    stage.taken();
    stage.at(5_000, { type: 'wake' }, 'wake');
    expect(of(stage.taken(), 'evict')).toHaveLength(0);
    stage.at(12_000, { type: 'wake' }, 'wake');
    const said = stage.taken();
    expect(of(said, 'evict')).toHaveLength(1);
    expect(of(said, 'disconnect')).toHaveLength(0);
    expect(stage.stats().neighbours).toHaveLength(1);
  });
});

it('a rendition being switched to waits for peers as long as the old one has buffer (SWI2)', () => {
  const stage = fedStage();
  const both = [0, 1].map((rendition) => ({ rendition, live: true }));
  stage.at(1_000, { type: 'follow', renditions: both }, 'switch');
  const segments = [{ sequence: 101, durationMs: Ms(2_000) }];
  stage.at(1_000, { type: 'located', rendition: 1, live: true, segments }, 'located');
  stage.taken();
  stage.at(1_010, { type: 'want', request: 9, rendition: 1, sequence: 101 }, 'want');
  expect(of(stage.taken(), 'fetch')).toHaveLength(0);
  stage.until(2_000);
  expect(of(stage.taken(), 'fetch')).toMatchObject([{ why: 'alone', key: { rendition: 1 } }]);
});

it('a rendition that was left is not fetched for, nor one that the player is silent about (SWI3)', () => {
  const stage = fedStage();
  stage.playback(900, 101, 3_000);
  stage.tracker(1_000, announceOf(101));
  stage.at(1_100, { type: 'follow', renditions: [{ rendition: 1, live: true }] }, 'switch');
  stage.taken();
  stage.until(6_000);
  expect(of(stage.taken(), 'fetch')).toEqual([]);
  stage.at(6_000, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'back');
  stage.until(9_000);
  expect(of(stage.taken(), 'fetch')).toEqual([]);
  stage.playback(9_000, 101, 1_000);
  expect(of(stage.taken(), 'fetch')).toHaveLength(1);
});
