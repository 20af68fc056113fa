/** The session with the tracker. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import type { Welcome } from '../wire/index.js';
import { createStage, joinedStage, ME, of, reported, type Stage, sent } from './testing/play.js';

const welcome = (change: Partial<Welcome> = {}): Welcome => ({
  type: 'welcome',
  version: 1,
  peer: PeerId(ME),
  secret: new Uint8Array(16).fill(3),
  linksMax: 6,
  statsMs: Ms(0),
  ...change,
});

const opened = (stage: Stage): number => of(stage.taken(), 'tracker-open').length;

describe('joining (SES1)', () => {
  it('needs consent, and nothing else', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    expect(opened(stage)).toBe(0);
    stage.at(10, { type: 'consent', granted: true }, 'agree');
    expect(opened(stage)).toBe(1);
    const other = createStage();
    other.at(0, { type: 'consent', granted: true }, 'agree');
    expect(opened(other)).toBe(1);
    other.at(5, { type: 'tracker-up' }, 'up');
    other.at(6, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    expect(reported(other.taken(), 'join')).toHaveLength(1);
  });

  it('waits for playback on a machine that is late from the start, but not for long', () => {
    const late = (): Stage => {
      const stage = createStage();
      const renditions = [{ rendition: 0, live: true }];
      stage.at(0, { type: 'follow', renditions, lateMs: Ms(300) }, 'follow');
      stage.at(0, { type: 'consent', granted: true }, 'agree');
      stage.want(100, 1, 100);
      stage.until(3_000);
      expect(opened(stage)).toBe(0);
      return stage;
    };
    const playing = late();
    playing.playback(3_050, 101, 2_000);
    expect(opened(playing)).toBe(1);
    const stuck = late();
    stuck.until(3_100);
    expect(opened(stuck)).toBe(1);
  });

  it('is not waited for by a viewer that is alone and does not play yet (CLD2)', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.at(0, { type: 'consent', granted: true }, 'agree');
    stage.at(5, { type: 'tracker-up' }, 'up');
    stage.tracker(10, welcome());
    stage.located(20, 101);
    stage.record(30, 101);
    stage.at(
      40,
      {
        ...{ type: 'playback', rendition: 0, sequence: 101, bufferMs: Ms(2_000) },
        ...{ stalled: false, playing: false, bufferMsMax: Ms(30_000) },
      },
      'paused',
    );
    stage.taken();
    stage.want(50, 1, 101);
    stage.until(2_000);
    expect(of(stage.taken(), 'fetch')).toMatchObject([{ key: { sequence: 101 } }]);
  });

  it('is tried again with growing waits, and takes the session up where it was (SES4)', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.at(0, { type: 'consent', granted: true }, 'agree');
    stage.at(5, { type: 'tracker-up' }, 'up');
    stage.tracker(10, welcome());
    stage.taken();
    const waits: number[] = [];
    let now = 20;
    for (let i = 0; i < 4; i++) {
      stage.at(now, { type: 'tracker-down' }, 'down');
      stage.taken();
      const from = now;
      while (opened(stage) === 0) {
        now += 100;
        stage.until(now);
      }
      waits.push(now - from);
    }
    expect(waits[0]).toBeLessThanOrEqual(1_100);
    expect(waits[3]).toBeGreaterThan(waits[0]! * 2);
    stage.at(now, { type: 'tracker-up' }, 'up');
    const [join] = reported(stage.taken(), 'join');
    expect(join?.resume).toEqual({ peer: ME, secret: new Uint8Array(16).fill(3) });
  });

  it('as somebody else ends the links made under the old name', () => {
    const stage = joinedStage(['anna', 'bert'], 6_000);
    stage.at(100, { type: 'tracker-down' }, 'down');
    stage.until(2_000);
    stage.at(2_000, { type: 'tracker-up' }, 'up');
    stage.taken();
    stage.tracker(2_010, welcome({ peer: PeerId('other') }));
    expect(of(stage.taken(), 'disconnect')).toHaveLength(2);
  });

  it('refused is not tried again before its time, or ever', () => {
    for (const [retryMs, again] of [
      [5_000, 1],
      [0, 0],
    ] as const) {
      const stage = joinedStage([], 6_000);
      stage.tracker(100, { type: 'refused', why: 'full', retryMs: Ms(retryMs) });
      stage.taken();
      stage.until(4_900);
      expect(opened(stage)).toBe(0);
      stage.until(60_000);
      expect(opened(stage)).toBe(again);
      expect(stage.stats().reason).toBe('refused');
    }
  });
});

describe('reports', () => {
  it('say what is followed on change, and regularly only on demand (SES2)', () => {
    const stage = joinedStage([], 6_000);
    stage.taken();
    stage.at(100, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'same');
    expect(reported(stage.taken(), 'follow')).toHaveLength(0);
    const both = [0, 1].map((rendition) => ({ rendition, live: true }));
    stage.at(200, { type: 'follow', renditions: both }, 'both');
    expect(reported(stage.taken(), 'follow')).toMatchObject([{ renditions: both }]);
  });

  it('count bytes since the last one (SES3)', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.at(0, { type: 'consent', granted: true }, 'agree');
    stage.at(0, { type: 'tracker-up' }, 'up');
    stage.tracker(0, welcome({ statsMs: Ms(2_000) }));
    stage.located(0, 101);
    stage.want(0, 1, 101);
    stage.fetched(500, 1, 5_000);
    stage.until(4_500);
    expect(reported(stage.taken(), 'stats').map(({ httpBytes }) => httpBytes)).toEqual([5_000, 0]);
  });

  it('say at once when uploads stop, to the tracker and to neighbours (UPL1)', () => {
    const stage = joinedStage(['anna'], 6_000);
    stage.taken();
    stage.at(100, { type: 'uploads', on: false, rateMax: 0 }, 'hidden');
    const said = stage.taken();
    expect(reported(said, 'uploads')).toMatchObject([{ on: false }]);
    expect(sent(said, 'uploads')).toMatchObject([{ peer: 'anna', message: { on: false } }]);
    expect(stage.stats().reason).toBe('linked');
  });
});

it('says why there are no peers', () => {
  const stage = createStage();
  const reasons = [stage.stats().reason];
  const note = (): void => void reasons.push(stage.stats().reason);
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
  stage.at(0, { type: 'consent', granted: true }, 'agree');
  note();
  stage.at(5, { type: 'tracker-down' }, 'down');
  note();
  stage.until(2_000);
  stage.at(2_000, { type: 'tracker-up' }, 'up');
  stage.tracker(2_010, welcome());
  note();
  stage.playback(2_015, 101, 2_000);
  stage.tracker(2_020, { type: 'introduce', peer: PeerId('anna'), offer: false });
  note();
  stage.links(2_100, 'anna');
  note();
  expect(reasons).toEqual(['no-consent', 'waiting', 'no-tracker', 'alone', 'connecting', 'linked']);
});
