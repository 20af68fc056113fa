/** Repair, standby roots and failover: what is done when the push does not come. */
import { describe, expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import { announceOf, joinedStage, keyOf, of, planOf, type Stage, sent } from './testing/play.js';

const A = PeerId('anna');
const B = PeerId('bert');
const C = PeerId('cleo');
const ALL = 'all' as const;
const NONE = new Uint8Array(1);

const has = (stage: Stage, ms: number, peer: PeerId, bits: Uint8Array | 'all'): void =>
  stage.says(ms, peer, { type: 'have', key: keyOf(101), pieces: 6, bits });
const asks = (stage: Stage): string[] =>
  sent(stage.taken(), 'ask').map(({ peer, message }) => `${peer} ${message.pieces.join()}`);

function plannedStage(bufferMs = 8_000): Stage {
  const stage = joinedStage([A, B, C], bufferMs);
  stage.tracker(200, planOf({ parent: A, standby: C }));
  stage.tracker(500, announceOf(101));
  stage.taken();
  return stage;
}

it('ends the link to a parent that brings nothing and says nothing, part after part (SCO4)', () => {
  const mute = (words: boolean): readonly string[] => {
    const stage = joinedStage([A, B], 30_000);
    stage.tracker(200, planOf({ parent: A }));
    for (let i = 1; i <= 4; i++) {
      const key = keyOf(100 + i);
      stage.playback(2_000 * i, 101, 20_000);
      stage.tracker(2_000 * i, announceOf(100 + i));
      if (words) stage.says(2_000 * i + 1_500, A, { type: 'have', key, pieces: 6, bits: NONE });
    }
    stage.until(10_500);
    return of(stage.taken(), 'disconnect').map(({ peer }) => peer);
  };
  expect(mute(false)).toEqual(['anna']);
  expect(mute(true)).toEqual([]);
});

describe('repair', () => {
  it('gives the push its fair chance (RPR1, RPR2)', () => {
    const stage = plannedStage();
    has(stage, 510, B, ALL);
    stage.until(1_100);
    expect(asks(stage)).toEqual([]);
    stage.until(1_300);
    expect(asks(stage)).toEqual(['bert 0,1,2,3,4,5']);
  });

  it('does not wait when the parent is gone or does not upload', () => {
    const gone = plannedStage();
    has(gone, 510, B, ALL);
    gone.at(520, { type: 'link-down', peer: A }, 'down');
    expect(asks(gone)).toEqual(['bert 0,1,2,3,4,5']);
    const off = plannedStage();
    has(off, 510, B, ALL);
    off.says(520, A, { type: 'uploads', on: false, rate: 0 });
    expect(asks(off)).toEqual(['bert 0,1,2,3,4,5']);
  });

  it('does not wait when the player needs the part soon (RPR1)', () => {
    const stage = plannedStage(3_000);
    has(stage, 510, B, ALL);
    stage.until(900);
    expect(asks(stage)).toEqual(['bert 0,1,2,3,4,5']);
  });

  it('asks the standby parent first, then whoever delivers soonest (RPR4)', () => {
    const stage = plannedStage();
    has(stage, 510, B, ALL);
    has(stage, 510, C, new Uint8Array([0b000110]));
    stage.until(1_300);
    expect(asks(stage)).toEqual(['bert 0,3,4,5', 'cleo 1,2']);
  });

  it('asks nobody who does not upload, or who refused as busy a moment ago', () => {
    const stage = plannedStage();
    has(stage, 510, B, ALL);
    stage.says(511, B, { type: 'uploads', on: false, rate: 0 });
    stage.until(1_300);
    expect(asks(stage)).toEqual([]);
    stage.says(1_310, B, { type: 'uploads', on: true, rate: 0 });
    expect(asks(stage)).toEqual(['bert 0,1,2,3,4,5']);
    stage.says(1_320, B, {
      type: 'refuse',
      key: keyOf(101),
      pieces: [0, 1, 2, 3, 4, 5],
      why: 'busy',
    });
    stage.until(1_800);
    expect(asks(stage)).toEqual([]);
    stage.until(1_850);
    expect(asks(stage)).toEqual(['bert 0,1,2,3,4,5']);
  });

  it('believes a refusal (RPR6)', () => {
    const stage = plannedStage();
    has(stage, 510, B, ALL);
    stage.until(1_300);
    stage.taken();
    stage.says(1_310, B, {
      type: 'refuse',
      key: keyOf(101),
      pieces: [0, 1, 2, 3, 4, 5],
      why: 'absent',
    });
    stage.until(2_500);
    expect(asks(stage)).toEqual([]);
  });

  it('cancels at others what arrived elsewhere (PSH5)', () => {
    const stage = plannedStage();
    has(stage, 510, B, ALL);
    stage.until(1_300);
    stage.taken();
    stage.piece(1_310, A, 101, 2);
    expect(sent(stage.taken(), 'cancel')).toMatchObject([
      { peer: 'bert', message: { pieces: [2] } },
    ]);
  });

  it('moves an ask elsewhere when its neighbour is silent, and ends the link in the end (RPR5, SCO2)', () => {
    const stage = plannedStage(20_000);
    has(stage, 510, B, ALL);
    stage.until(1_250);
    has(stage, 1_260, C, ALL);
    stage.taken();
    stage.until(2_100);
    expect(new Set(asks(stage).map((ask) => ask.slice(0, 4)))).toEqual(new Set(['cleo']));
    for (let now = 2_200; now < 16_000; now += 1_000) stage.playback(now, 101, 20_000);
    const gone = of(stage.taken(), 'disconnect').map(({ peer }) => peer);
    expect(gone).toEqual(expect.arrayContaining([B, C]));
  });
});

describe('telling what is lacking (HAV1, HAV2)', () => {
  it('happens once the push is late, again only when something changed', () => {
    const stage = plannedStage();
    stage.until(1_100);
    expect(sent(stage.taken(), 'have')).toHaveLength(0);
    stage.until(3_000);
    expect(sent(stage.taken(), 'have')).toHaveLength(3);
  });

  it('is answered with what is held, and never by who holds nothing more', () => {
    const stage = plannedStage();
    has(stage, 510, B, new Uint8Array([0b000001]));
    expect(sent(stage.taken(), 'have')).toHaveLength(0);
    stage.piece(520, A, 101, 4);
    stage.until(550);
    expect(sent(stage.taken(), 'have')).toMatchObject([
      { peer: 'bert', message: { bits: new Uint8Array([0b010000]) } },
    ]);
  });

  it('comes not too often while pieces trickle in, and at once when the part is whole', () => {
    const stage = plannedStage();
    has(stage, 510, B, new Uint8Array([0]));
    for (let i = 0; i < 5; i++) stage.piece(520 + 10 * i, A, 101, i);
    expect(sent(stage.taken(), 'have')).toHaveLength(1);
    stage.piece(570, A, 101, 5);
    expect(sent(stage.taken(), 'have')).toMatchObject([{ message: { bits: 'all' } }]);
  });

  it('tells newcomers of whole parts when the link opens (HAV3)', () => {
    const stage = plannedStage();
    for (let i = 0; i < 6; i++) stage.piece(520, A, 101, i);
    stage.tracker(600, { type: 'introduce', peer: PeerId('dora'), offer: false });
    stage.taken();
    stage.links(700, 'dora');
    expect(sent(stage.taken(), 'holdings')).toMatchObject([
      { peer: 'dora', message: { runs: [{ from: 101, count: 1 }] } },
    ]);
  });
});

describe('the standby root (SED2)', () => {
  const standbyStage = (): Stage => {
    const stage = joinedStage([A, B], 20_000);
    stage.tracker(200, planOf({ parent: A, standbyRoot: true }));
    stage.tracker(500, announceOf(101));
    stage.taken();
    return stage;
  };
  const fetched = (stage: Stage): string[] => of(stage.taken(), 'fetch').map(({ why }) => why);

  it('takes over when nobody near holds the stripe and the root says that it does not', () => {
    const stage = standbyStage();
    has(stage, 1_300, A, new Uint8Array([0]));
    stage.until(1_900);
    expect(fetched(stage)).toEqual([]);
    stage.until(2_100);
    expect(fetched(stage)).toEqual(['standby']);
  });

  it('takes over when the root does not answer', () => {
    const stage = standbyStage();
    stage.until(2_100);
    expect(fetched(stage)).toEqual(['standby']);
  });

  it('takes over soon when the root has left', () => {
    const stage = standbyStage();
    stage.at(600, { type: 'link-down', peer: A }, 'down');
    stage.until(900);
    expect(fetched(stage)).toEqual(['standby']);
  });

  it('leaves it to repair when somebody holds it', () => {
    const stage = standbyStage();
    has(stage, 600, B, ALL);
    stage.until(3_000);
    expect(fetched(stage)).toEqual([]);
  });
});

it('a plan that came later does not change who carries an announced part (PSH7)', () => {
  const stage = joinedStage([A, B], 8_000);
  stage.tracker(200, planOf({ parent: A, children: [B] }));
  stage.tracker(500, announceOf(101));
  stage.tracker(510, planOf({ parent: B, children: [] }));
  stage.taken();
  stage.piece(520, A, 101, 0);
  expect(of(stage.taken(), 'send-piece')).toMatchObject([{ peer: 'bert' }]);
  stage.tracker(600, announceOf(102));
  stage.piece(610, B, 102, 0);
  expect(of(stage.taken(), 'send-piece')).toHaveLength(0);
});
