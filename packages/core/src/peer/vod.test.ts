/** Video on demand: looking ahead, claims, and who is served first. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import {
  createStage,
  keyOf,
  ME,
  of,
  reported,
  SEGMENT_BYTES,
  type Stage,
  sent,
} from './testing/play.js';
import { sealedOf } from './testing/records.js';

const A = PeerId('anna');
const B = PeerId('bert');

/** A title of 30 segments of two seconds; the player has 6 s before segment 3. */
function titleStage(...peers: PeerId[]): Stage {
  const stage = createStage();
  stage.at(0, { type: 'consent', granted: true }, 'agree');
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: false }] }, 'follow');
  stage.at(0, { type: 'tracker-up' }, 'up');
  const welcome = { type: 'welcome', version: 1, peer: PeerId(ME), linksMax: 6 } as const;
  stage.tracker(0, { ...welcome, secret: new Uint8Array(16), statsMs: Ms(5_000) });
  for (const peer of peers) stage.tracker(0, { type: 'introduce', peer, offer: false });
  const segments = Array.from({ length: 30 }, (_, sequence) => ({
    sequence,
    durationMs: Ms(2_000),
  }));
  stage.at(0, { type: 'located', rendition: 0, live: false, segments }, 'located');
  stage.at(
    10,
    {
      type: 'playback',
      rendition: 0,
      sequence: 3,
      bufferMs: Ms(6_000),
      stalled: false,
      playing: true,
      bufferMsMax: Ms(20_000),
    },
    'player',
  );
  stage.links(20, ...peers);
  return stage;
}

/** The player plays on, and says so. */
function play(stage: Stage, ms: number): void {
  const bufferMs = Ms(6_000 - (ms - 10));
  const said = {
    type: 'playback',
    rendition: 0,
    sequence: 3,
    stalled: false,
    playing: true,
  } as const;
  stage.at(ms, { ...said, bufferMs, bufferMsMax: Ms(20_000) }, 'player');
}

function describeAll(stage: Stage, ms: number): void {
  for (let sequence = 3; sequence < 30; sequence++) {
    const sealed = sealedOf({ sequence, bytes: SEGMENT_BYTES });
    stage.at(ms, { type: 'record', sealed }, 'record');
  }
  stage.at(ms, { type: 'records-ended', rendition: 0, ok: true }, 'end');
}

const holds = (stage: Stage, ms: number, peer: PeerId, from: number, count: number): void =>
  stage.says(ms, peer, { type: 'holdings', rendition: 0, playhead: 0, runs: [{ from, count }] });

describe('ahead of the player', () => {
  it('records are asked for as far as it would buffer (VOD1)', () => {
    const stage = titleStage();
    expect(of(stage.taken(), 'fetch-records').map(({ since }) => since)).toEqual([3]);
    describeAll(stage, 100);
    stage.until(2_000);
    expect(of(stage.taken(), 'fetch-records')).toEqual([]);
  });

  it('parts are asked of neighbours that hold them, no further than it would buffer alone (VOD2, VOD4)', () => {
    const stage = titleStage(A);
    describeAll(stage, 100);
    holds(stage, 110, A, 0, 30);
    let most = 0;
    for (let now = 120; now < 2_000; now += 10) {
      for (const { message } of sent(stage.taken(), 'ask')) {
        most = Math.max(most, message.key.sequence);
        for (const index of message.pieces) stage.piece(now, A, message.key.sequence, index);
      }
      stage.until(now);
    }
    // 20 s from now, of which 6 s are buffered: segments 3 to 10.
    expect(most).toBe(10);
    expect(of(stage.taken(), 'fetch')).toEqual([]);
  });

  it('at the speed of playback beyond the near future, though the player asks for more (VOD2)', () => {
    const stage = titleStage(A);
    describeAll(stage, 100);
    holds(stage, 110, A, 0, 30);
    let most = 2;
    const furthest: number[] = [];
    let next = 3;
    for (let now = 120; now < 12_000; now += 10) {
      for (const { message } of sent(stage.taken(), 'ask')) {
        most = Math.max(most, message.key.sequence);
        for (const index of message.pieces) stage.piece(now, A, message.key.sequence, index);
      }
      stage.until(now);
      if (now % 250 !== 0) continue;
      while (next < most) stage.want(now, next, next++);
      const bufferMs = Ms(2_000 * (most + 1) - (now - 10));
      const bufferMsMax = Ms(60_000);
      const said = { sequence: most + 1, bufferMs, stalled: false, playing: true, bufferMsMax };
      stage.at(now, { type: 'playback', rendition: 0, ...said }, 'player');
      if (now === 2_000 || now === 10_000) furthest.push(most);
    }
    // A second of reach and a second of playback in each: two segments of two seconds in two.
    expect(furthest[1]! - furthest[0]!).toBeGreaterThanOrEqual(7);
    expect(furthest[1]! - furthest[0]!).toBeLessThanOrEqual(9);
    expect(of(stage.taken(), 'fetch')).toEqual([]);
  });

  it('what nobody near holds is claimed in one message, and fetched when it is ours (VOD3)', () => {
    const stage = titleStage(A);
    holds(stage, 30, A, 3, 2);
    describeAll(stage, 100);
    stage.taken();
    stage.until(300);
    const [claim] = reported(stage.taken(), 'claim');
    expect(claim?.sequences).toEqual([5, 6, 7, 8, 9, 10]);
    const owners = claim!.sequences.map((sequence) => ({
      sequence,
      peer: PeerId(sequence === 5 ? ME : 'bert'),
    }));
    stage.tracker(310, { type: 'claimed', rendition: 0, owners });
    expect(of(stage.taken(), 'fetch')).toMatchObject([{ why: 'claim', key: keyOf(5) }]);
    stage.until(2_000);
    expect(reported(stage.taken(), 'claim')).toEqual([]);
  });

  it('an owner who brings nothing is asked about again, and the deadline does not wait for it (VOD3)', () => {
    const stage = titleStage(A);
    describeAll(stage, 100);
    stage.until(300);
    const owners = [3, 4, 5].map((sequence) => ({ sequence, peer: B }));
    stage.tracker(310, { type: 'claimed', rendition: 0, owners });
    stage.taken();
    const claimed = (): number[] =>
      reported(stage.taken(), 'claim').flatMap(({ sequences }) => sequences);
    play(stage, 2_500);
    stage.until(4_250);
    expect(claimed()).not.toContain(3);
    stage.until(4_500);
    expect(claimed()).toEqual(expect.arrayContaining([3, 4, 5]));
    stage.until(5_000);
    expect(of(stage.taken(), 'fetch')).toMatchObject([{ key: keyOf(3) }]);
  });
});

describe('serving', () => {
  it('gives first what the asker’s player comes to first (PSH2)', () => {
    const stage = titleStage(A, B);
    describeAll(stage, 100);
    holds(stage, 110, A, 0, 30);
    for (let now = 120; now < 1_000; now += 10) {
      for (const { peer, message } of sent(stage.taken(), 'ask')) {
        for (const index of message.pieces)
          stage.piece(now, PeerId(peer), message.key.sequence, index);
      }
      stage.until(now);
    }
    const asker = { type: 'holdings', rendition: 0, playhead: 3, runs: [] } as const;
    stage.says(1_000, B, asker);
    stage.taken();
    for (const sequence of [9, 8, 3]) {
      stage.says(1_010, B, { type: 'ask', key: keyOf(sequence), pieces: [0, 1, 2, 3] });
    }
    const first = of(stage.taken(), 'send-piece').map(({ key }) => key.sequence);
    expect(first.length).toBeLessThan(12);
    stage.at(1_020, { type: 'drained', peer: B, bytes: 2 * 16_384 }, 'drained');
    expect(of(stage.taken(), 'send-piece').map(({ key }) => key.sequence)[0]).toBe(3);
  });

  it('tells neighbours of new whole parts, not too often (HAV3)', () => {
    const stage = titleStage(A);
    describeAll(stage, 100);
    stage.taken();
    for (let i = 0; i < 6; i++) stage.piece(200, A, 3, i);
    for (let i = 0; i < 6; i++) stage.piece(300, A, 4, i);
    stage.until(1_500);
    const told = sent(stage.taken(), 'holdings').map(({ message }) => message.runs);
    expect(told.at(-1)).toEqual([{ from: 3, count: 2 }]);
    expect(told.length).toBeLessThanOrEqual(2);
  });
});
