/** Links: when they are made, whom they accept, how they end. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import type { Hello } from '../wire/index.js';
import { DEFAULT_PEER } from './config.js';
import {
  createStage,
  joinedStage,
  ME,
  of,
  reported,
  SEGMENT_BYTES,
  type Stage,
  sent,
  UNSHARED,
} from './testing/play.js';
import { STREAM } from './testing/records.js';

const NAMES = ['anna', 'bert', 'cleo', 'dora', 'emil', 'fred', 'gina', 'hugo', 'ines', 'jana'];

/** Joined, playback not begun. */
function welcomedStage(config = DEFAULT_PEER, live = true): Stage {
  const stage = createStage(config);
  stage.at(0, { type: 'consent', granted: true }, 'agree');
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live }] }, 'follow');
  stage.at(0, { type: 'tracker-up' }, 'up');
  const welcome = { type: 'welcome', version: 1, peer: PeerId(ME), linksMax: 6 } as const;
  stage.tracker(0, { ...welcome, secret: new Uint8Array(16), statsMs: Ms(0) });
  return stage;
}

/** Joined with many introductions to offer, playback not begun. */
function introducedStage(config = DEFAULT_PEER): Stage {
  const stage = welcomedStage(config);
  for (const name of NAMES) {
    stage.tracker(0, { type: 'introduce', peer: PeerId(name), offer: true });
  }
  stage.want(0, 1, 100);
  return stage;
}

const offers = (stage: Stage): number => of(stage.taken(), 'connect').length;

describe('a link that is up (HAV3)', () => {
  const up = (): Stage => {
    const connect = { ...DEFAULT_PEER.connect, afterMs: Ms(0) };
    const stage = welcomedStage({ ...DEFAULT_PEER, connect }, false);
    stage.tracker(0, { type: 'introduce', peer: PeerId('anna'), offer: false });
    stage.taken();
    stage.at(10, { type: 'link-up', peer: PeerId('anna'), rttMs: Ms(30) }, 'link up');
    return stage;
  };

  it('hears at once what is held here, before it has said hello', () => {
    const said = of(up().taken(), 'send').map(({ message }) => message.type);
    expect(said).toEqual(['hello', 'holdings']);
  });

  it('hears of uploads that stop before it has said hello', () => {
    const stage = up();
    stage.taken();
    stage.at(20, { type: 'uploads', on: false, rateMax: 0 }, 'off');
    expect(sent(stage.taken(), 'uploads').length).toBe(1);
  });
});

describe('offers (LNK2)', () => {
  it('wait for playback but for one, then three at once and one after the other', () => {
    const stage = introducedStage();
    stage.until(300);
    expect(offers(stage)).toBe(1);
    stage.playback(350, 101, 2_000);
    expect(offers(stage)).toBe(2);
    stage.until(749);
    expect(offers(stage)).toBe(0);
    stage.until(750);
    expect(offers(stage)).toBe(1);
    stage.until(5_000);
    expect(offers(stage)).toBe(2);
  });

  it('do not wait for ever', () => {
    const stage = introducedStage();
    stage.until(390);
    expect(offers(stage)).toBe(1);
    stage.until(400);
    expect(offers(stage)).toBe(2);
  });

  it('wait longer when the player has what it needs to begin', () => {
    const stage = introducedStage(UNSHARED);
    stage.located(10, 101);
    stage.record(20, 100);
    stage.fetched(30, 1, SEGMENT_BYTES, { done: true, status: 200 });
    const said = stage.taken();
    expect([of(said, 'deliver').length, of(said, 'connect').length]).toEqual([1, 1]);
    stage.until(2_990);
    expect(offers(stage)).toBe(0);
    stage.until(3_000);
    expect(offers(stage)).toBe(2);
  });

  it('wait for a machine that is late from the start (OVL3)', () => {
    const stage = welcomedStage();
    stage.at(0, { type: 'follow', renditions: [], lateMs: Ms(300) }, 'late');
    for (const name of NAMES) {
      stage.tracker(0, { type: 'introduce', peer: PeerId(name), offer: true });
    }
    stage.want(0, 1, 100);
    const report = (ms: number, lateMs: number): void =>
      stage.at(
        ms,
        {
          ...{ type: 'playback', rendition: 0, sequence: 100, bufferMs: Ms(0), lateMs: Ms(lateMs) },
          ...{ stalled: false, playing: false, bufferMsMax: Ms(30_000) },
        },
        'report',
      );
    report(350, 300);
    report(600, 200);
    expect(offers(stage)).toBe(0);
    for (let ms = 850; ms < 2_200; ms += 250) report(ms, 0);
    stage.until(2_249);
    expect(offers(stage)).toBe(3);
  });

  it('are answered when playback has begun, too, all at once but for one (LNK1)', () => {
    const stage = welcomedStage();
    for (const name of NAMES.slice(0, 4)) {
      stage.tracker(0, { type: 'introduce', peer: PeerId(name), offer: false });
    }
    stage.tracker(10, { type: 'gone', peer: PeerId('bert'), banned: false });
    stage.until(100);
    expect(offers(stage)).toBe(1);
    stage.playback(150, 101, 2_000);
    expect(offers(stage)).toBe(2);
  });

  it('that fail are replaced at once, and given up after a time', () => {
    const stage = introducedStage();
    stage.playback(100, 101, 2_000);
    stage.at(150, { type: 'link-down', peer: PeerId('anna') }, 'anna fails');
    expect(offers(stage)).toBe(4);
    stage.until(12_000);
    const gone = of(stage.taken(), 'disconnect').map(({ peer }) => peer);
    expect(gone).toEqual(expect.arrayContaining(['bert', 'cleo']));
  });
});

describe('answers (LNK1)', () => {
  it('are ready at once, and refused when there are too many links', () => {
    const stage = joinedStage(NAMES, 6_000);
    const said = stage.taken();
    expect(of(said, 'connect')).toHaveLength(10);
    const { slack } = DEFAULT_PEER.connect;
    expect(of(said, 'disconnect')).toHaveLength(10 - 6 - slack);
    expect(stage.stats().neighbours).toHaveLength(6 + slack);
  });

  it('to strangers are refused', () => {
    const stage = joinedStage([], 6_000);
    stage.at(100, { type: 'link-up', peer: PeerId('eve'), rttMs: Ms(5) }, 'eve');
    expect(of(stage.taken(), 'disconnect').map(({ peer }) => peer)).toEqual(['eve']);
  });
});

describe('hello (LNK3)', () => {
  const hello: Hello = {
    type: 'hello',
    version: 1,
    versionMin: 1,
    peer: PeerId('anna'),
    streamId: STREAM,
    epoch: 1,
    uploads: true,
  };
  const greet = (change: Partial<Hello>): number => {
    const stage = joinedStage([], 6_000);
    stage.tracker(100, { type: 'introduce', peer: PeerId('anna'), offer: false });
    stage.at(110, { type: 'link-up', peer: PeerId('anna'), rttMs: Ms(5) }, 'up');
    stage.says(120, 'anna', { ...hello, ...change });
    return stage.stats().neighbours.length;
  };

  it('opens a link of the same stream, epoch and version', () => {
    expect(greet({})).toBe(1);
  });

  it('of another stream, epoch, version or name ends it', () => {
    expect(greet({ streamId: new Uint8Array(32) })).toBe(0);
    expect(greet({ epoch: 2 })).toBe(0);
    expect(greet({ version: 9, versionMin: 2 })).toBe(0);
    expect(greet({ peer: PeerId('eve') })).toBe(0);
  });

  it('comes first: anything else before it breaks the rules', () => {
    const stage = joinedStage([], 6_000);
    stage.tracker(100, { type: 'introduce', peer: PeerId('anna'), offer: false });
    stage.at(110, { type: 'link-up', peer: PeerId('anna'), rttMs: Ms(5) }, 'up');
    stage.taken();
    stage.says(120, 'anna', { type: 'uploads', on: true, rate: 0 });
    expect(reported(stage.taken(), 'complaint')).toMatchObject([{ about: 'violation' }]);
  });
});

describe('the end of a link (LNK4)', () => {
  it('is told to the tracker with the next report, once for several', () => {
    const stage = joinedStage(['anna', 'bert', 'cleo'], 6_000);
    stage.until(300);
    stage.taken();
    stage.says(400, 'anna', { type: 'bye' });
    stage.at(420, { type: 'link-down', peer: PeerId('bert') }, 'bert fails');
    stage.until(1_000);
    expect(reported(stage.taken(), 'links')).toMatchObject([{ open: [{ peer: 'cleo' }] }]);
  });

  it('that broke the wire rules comes with a complaint', () => {
    const stage = joinedStage(['anna'], 6_000);
    stage.taken();
    stage.at(100, { type: 'violation', peer: PeerId('anna') }, 'violation');
    const said = stage.taken();
    expect(reported(said, 'complaint')).toMatchObject([{ peer: 'anna', about: 'violation' }]);
    expect(sent(said, 'bye')).toHaveLength(0);
    expect(of(said, 'disconnect')).toHaveLength(1);
  });
});
