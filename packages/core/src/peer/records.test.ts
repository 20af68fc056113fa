/** Records: who is believed, and when they are asked for. */
import { describe, expect, it } from 'vitest';
import { Ms, PeerId } from '../units/index.js';
import type { SealedRecord } from '../wire/index.js';
import type { PeerInput } from './contract.js';
import { createPeer } from './peer.js';
import {
  announceOf,
  createStage,
  joinedStage,
  of,
  reported,
  SEGMENT_BYTES,
  sent,
} from './testing/play.js';
import { sealedOf, startOf } from './testing/records.js';

const A = PeerId('anna');
const B = PeerId('bert');
const recordOf = (sequence: number): SealedRecord => sealedOf({ sequence, bytes: SEGMENT_BYTES });

describe('a record', () => {
  it('of another stream, epoch or key is refused before its signature is looked at (RCD1)', () => {
    const stage = joinedStage([A], 6_000);
    stage.taken();
    const good = recordOf(101);
    const strangers: SealedRecord[] = [
      sealedOf({ sequence: 101, epoch: 2 }),
      { ...good, record: { ...good.record, streamId: new Uint8Array(32) } },
      { ...good, record: { ...good.record, keyId: new Uint8Array(8) } },
      { ...good, digests: good.digests.subarray(32) },
    ];
    for (const sealed of strangers) stage.says(100, A, { type: 'record', sealed });
    const said = stage.taken();
    expect(of(said, 'verify')).toHaveLength(0);
    expect(of(said, 'recorded')).toHaveLength(0);
    expect(of(said, 'event').filter(({ event }) => event.type === 'record-refused')).toHaveLength(
      4,
    );
  });

  it('with a wrong signature ends the link that sent it (RCD1)', () => {
    const stage = joinedStage([A, B], 6_000);
    stage.answer(false);
    stage.says(100, A, { type: 'record', sealed: recordOf(101) });
    const said = stage.taken();
    expect(of(said, 'disconnect').map(({ peer }) => peer)).toEqual([A]);
    expect(reported(said, 'complaint')).toMatchObject([{ peer: A, about: 'corrupt' }]);
    expect(of(said, 'recorded').length).toBe(0);
  });

  it('that is forged does not keep the true one out', () => {
    const stage = joinedStage([A, B], 6_000);
    stage.answer(false);
    const forged = { ...recordOf(101), signed: new Uint8Array([6, 6, 6]) };
    stage.says(100, A, { type: 'record', sealed: forged });
    stage.answer(true);
    stage.tracker(110, announceOf(101));
    expect(of(stage.taken(), 'recorded')).toHaveLength(1);
  });

  it('is checked once, however many bring it', () => {
    const stage = joinedStage([A, B], 6_000);
    stage.taken();
    stage.tracker(100, announceOf(101));
    stage.says(110, A, { type: 'record', sealed: recordOf(101) });
    stage.tracker(120, announceOf(101));
    expect(of(stage.taken(), 'verify')).toHaveLength(1);
  });

  it('far from the player, or of a rendition that nobody follows, is not looked at', () => {
    const stage = joinedStage([A], 6_000);
    stage.taken();
    stage.says(100, A, { type: 'record', sealed: recordOf(1_000_000) });
    stage.says(100, A, { type: 'record', sealed: sealedOf({ rendition: 3, sequence: 101 }) });
    expect(of(stage.taken(), 'verify')).toHaveLength(0);
  });

  it('is given to a neighbour that asks for it', () => {
    const stage = joinedStage([A], 6_000);
    stage.tracker(100, announceOf(101));
    stage.taken();
    stage.says(110, A, { type: 'record-ask', key: { rendition: 0, sequence: 101, part: 0 } });
    stage.says(110, A, { type: 'record-ask', key: { rendition: 0, sequence: 102, part: 0 } });
    expect(sent(stage.taken(), 'record')).toHaveLength(1);
  });
});

describe('a piece ahead of its record (RCD2)', () => {
  it('waits, and is used when the record comes', () => {
    const stage = joinedStage([A], 6_000);
    stage.piece(100, A, 101, 0);
    expect(of(stage.taken(), 'check')).toHaveLength(0);
    stage.tracker(120, announceOf(101));
    expect(of(stage.taken(), 'check')).toHaveLength(1);
  });

  it('has its record asked for when no announcement comes (RCD3)', () => {
    const stage = joinedStage([A], 6_000);
    stage.taken();
    stage.piece(100, A, 101, 0);
    stage.piece(105, A, 101, 1);
    stage.until(400);
    expect(sent(stage.taken(), 'record-ask')).toHaveLength(1);
  });

  it('is discarded after a while, and limited in number', () => {
    const stage = joinedStage([A], 60_000);
    stage.taken();
    for (let i = 0; i < 80; i++) stage.piece(100, A, 101 + i, 0);
    expect(of(stage.taken(), 'discard')).toHaveLength(80 - 64);
    stage.until(4_200);
    expect(of(stage.taken(), 'discard')).toHaveLength(64);
  });
});

describe('records over HTTP (RCD4)', () => {
  it('are asked for once from the first wanted segment on, again after a while, and with patience after failures', () => {
    const stage = createStage();
    stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'follow');
    stage.located(0, 101);
    stage.want(0, 1, 101);
    stage.want(0, 2, 100);
    const asked = (): number[] => of(stage.taken(), 'fetch-records').map(({ since }) => since);
    expect(asked()).toEqual([101]);
    stage.at(10, { type: 'records-ended', rendition: 0, ok: true }, 'end');
    stage.until(400);
    expect(asked()).toEqual([]);
    stage.until(600);
    expect(asked()).toEqual([100]);
    for (let i = 0; i < 3; i++) {
      stage.at(600, { type: 'records-ended', rendition: 0, ok: false }, 'end');
    }
    stage.until(800);
    expect(asked()).toEqual([]);
    stage.until(1_200);
    expect(asked()).toEqual([100]);
  });
});

it('are checked four at a time, what the player asks for first, then what is nearest (RCD5)', () => {
  const machine = createPeer(startOf(1));
  const step = (input: PeerInput): number[] => {
    const verifies = of(machine.step(Ms(0), input), 'verify');
    for (const { verify } of verifies) running.push(verify);
    return verifies.map(({ sealed }) => sealed.record.sequence);
  };
  const running: number[] = [];
  step({ type: 'follow', renditions: [{ rendition: 0, live: false }] });
  const said: number[][] = [];
  for (let sequence = 9; sequence >= 0; sequence--) {
    said.push(step({ type: 'record', sealed: recordOf(sequence) }));
  }
  expect(said.flat()).toEqual([9, 8, 7, 6]);
  step({ type: 'want', request: 1, rendition: 0, sequence: 3 });
  const next = (): number[] => step({ type: 'verified', verify: running.shift()!, ok: true });
  expect([next(), next(), next()]).toEqual([[3], [0], [1]]);
});
