/** Uploads: to whom, in which order, and what is not sent. */
import { describe, expect, it } from 'vitest';
import { Bytes, PeerId } from '../units/index.js';
import { announceOf, joinedStage, keyOf, of, planOf, type Stage, sent } from './testing/play.js';

const A = PeerId('anna');
const B = PeerId('bert');
const C = PeerId('cleo');
const PIECE = 16_384;

const pieces = (stage: Stage): string[] =>
  of(stage.taken(), 'send-piece').map(({ peer, key, index }) => `${peer} ${key.sequence}#${index}`);

/** Anna sends everything here; bert and cleo are fed from here. */
function fedStage(): Stage {
  const stage = joinedStage([A, B, C], 6_000);
  stage.at(100, { type: 'uploads', on: true, rateMax: 0 }, 'uploads');
  stage.tracker(200, planOf({ parent: A, children: [B, C] }));
  stage.tracker(500, announceOf(101));
  stage.taken();
  return stage;
}

describe('push (PSH1)', () => {
  it('passes a verified piece on at once, to every child', () => {
    const stage = fedStage();
    stage.piece(510, A, 101, 3);
    expect(pieces(stage)).toEqual(['bert 101#3', 'cleo 101#3']);
  });

  it('leaves out who holds the piece already (PSH4)', () => {
    const stage = fedStage();
    const bits = new Uint8Array([0b001000]);
    stage.says(505, B, { type: 'have', key: keyOf(101), pieces: 6, bits });
    stage.says(506, C, { type: 'cancel', key: keyOf(101), pieces: [4] });
    stage.taken();
    stage.piece(510, A, 101, 3);
    stage.piece(511, A, 101, 4);
    expect(pieces(stage)).toEqual(['cleo 101#3', 'bert 101#4']);
  });

  it('fills a window over all links, and goes on when bytes have left (PSH3)', () => {
    const stage = fedStage();
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 101, i);
    const first = pieces(stage);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(12);
    stage.at(600, { type: 'drained', peer: B, bytes: Bytes(2 * PIECE) }, 'drained');
    expect(pieces(stage).length).toBeGreaterThan(0);
  });

  it('sends the older part first, though it came later (PSH2)', () => {
    const stage = fedStage();
    stage.tracker(502, announceOf(102));
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 102, i);
    stage.piece(520, A, 101, 0);
    stage.taken();
    stage.at(600, { type: 'drained', peer: B, bytes: Bytes(8 * PIECE) }, 'drained');
    stage.at(600, { type: 'drained', peer: C, bytes: Bytes(8 * PIECE) }, 'drained');
    expect(pieces(stage).slice(0, 2)).toEqual(['bert 101#0', 'cleo 101#0']);
  });

  it('does not let a stuck link hold up the others (PSH6)', () => {
    const stage = fedStage();
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 101, i);
    stage.at(600, { type: 'drained', peer: C, bytes: Bytes(8 * PIECE) }, 'drained');
    stage.taken();
    stage.at(3_900, { type: 'drained', peer: C, bytes: Bytes(8 * PIECE) }, 'drained');
    expect(pieces(stage).filter((piece) => piece.startsWith('cleo')).length).toBeGreaterThan(0);
  });

  it('gives a stuck link another chance (PSH6)', () => {
    const stage = fedStage();
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 101, i);
    stage.tracker(15_000, announceOf(105));
    stage.taken();
    stage.piece(15_010, A, 105, 0);
    expect(pieces(stage)).toEqual(['bert 105#0', 'cleo 105#0']);
  });

  it('forgets what waited too long (PSH4)', () => {
    const stage = fedStage();
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 101, i);
    stage.taken();
    stage.at(20_000, { type: 'drained', peer: B, bytes: Bytes(99 * PIECE) }, 'drained');
    stage.at(20_000, { type: 'drained', peer: C, bytes: Bytes(99 * PIECE) }, 'drained');
    expect(pieces(stage)).toEqual([]);
  });

  it('stops when the viewer stops uploads, and keeps to the viewer’s cap (UPL1, UPL2)', () => {
    const stage = fedStage();
    stage.at(505, { type: 'uploads', on: false, rateMax: 0 }, 'off');
    stage.piece(510, A, 101, 3);
    expect(pieces(stage)).toEqual([]);
    const capped = fedStage();
    capped.at(505, { type: 'uploads', on: true, rateMax: 65_536 }, 'cap');
    for (let i = 0; i < 6; i++) capped.piece(510, A, 101, i);
    expect(pieces(capped)).toHaveLength(1);
    capped.until(2_400);
    expect(pieces(capped)).toHaveLength(0);
    capped.until(2_600);
    expect(pieces(capped)).toHaveLength(1);
  });
});

describe('asks (RPR6)', () => {
  it('are answered with what is held, and refused for the rest', () => {
    const stage = fedStage();
    stage.piece(510, A, 101, 0);
    stage.at(520, { type: 'drained', peer: B, bytes: Bytes(PIECE) }, 'drained');
    stage.taken();
    stage.says(530, B, { type: 'ask', key: keyOf(101), pieces: [0, 1, 5_000] });
    const said = stage.taken();
    expect(of(said, 'send-piece')).toMatchObject([{ peer: 'bert', index: 0 }]);
    expect(sent(said, 'refuse')).toMatchObject([
      { message: { pieces: [1, 5_000], why: 'absent' } },
    ]);
  });

  it('are refused as busy when the queue is longer than an asker waits, and when uploads are off', () => {
    const stage = fedStage();
    for (const sequence of [102, 103, 104, 105, 106]) stage.tracker(505, announceOf(sequence));
    for (const sequence of [101, 102, 103, 104, 105, 106]) {
      for (let i = 0; i < 6; i++) stage.piece(510, A, sequence, i);
    }
    stage.taken();
    stage.says(530, B, { type: 'ask', key: keyOf(106), pieces: [0, 1] });
    expect(sent(stage.taken(), 'refuse')).toMatchObject([{ message: { why: 'busy' } }]);
    const off = fedStage();
    off.piece(510, A, 101, 0);
    off.at(520, { type: 'uploads', on: false, rateMax: 0 }, 'off');
    off.taken();
    off.says(530, A, { type: 'ask', key: keyOf(101), pieces: [0] });
    expect(sent(off.taken(), 'refuse')).toMatchObject([{ message: { why: 'busy' } }]);
  });

  it('for what is in the send buffer still are not answered twice', () => {
    const stage = fedStage();
    stage.piece(510, A, 101, 3);
    stage.taken();
    const ask = { type: 'ask', key: keyOf(101), pieces: [3] } as const;
    stage.says(520, B, ask);
    expect(stage.taken()).toEqual([]);
    stage.at(600, { type: 'drained', peer: B, bytes: Bytes(PIECE - 1) }, 'drained');
    stage.says(610, B, ask);
    expect(pieces(stage)).toEqual([]);
    stage.at(620, { type: 'drained', peer: B, bytes: Bytes(1) }, 'drained');
    stage.says(630, B, ask);
    expect(pieces(stage)).toEqual(['bert 101#3']);
  });

  it('cancelled are not sent any more (PSH5)', () => {
    const stage = fedStage();
    for (let i = 0; i < 6; i++) stage.piece(510 + i, A, 101, i);
    stage.taken();
    stage.says(520, B, { type: 'cancel', key: keyOf(101), pieces: [0, 1, 2, 3, 4, 5] });
    stage.at(600, { type: 'drained', peer: B, bytes: Bytes(9 * PIECE) }, 'drained');
    stage.at(600, { type: 'drained', peer: C, bytes: Bytes(9 * PIECE) }, 'drained');
    expect(pieces(stage).filter((piece) => piece.startsWith('bert'))).toEqual([]);
  });
});

describe('misbehaviour', () => {
  it('is a piece of the wrong length or beyond the part (SCO3)', () => {
    for (const [index, bytes] of [
      [0, 100],
      [9, PIECE],
    ] as const) {
      const stage = fedStage();
      const piece = { type: 'piece', peer: A, key: keyOf(101), index, arrival: 77 } as const;
      stage.at(510, { ...piece, bytes: Bytes(bytes) }, 'odd');
      const said = stage.taken();
      expect(of(said, 'disconnect')).toMatchObject([{ peer: 'anna' }]);
      expect(of(said, 'discard')).toMatchObject([{ arrival: 77 }]);
    }
  });

  it('is a flood of what nobody needs (SCO3)', () => {
    const stage = fedStage();
    for (let i = 0; i < 200; i++) stage.piece(510 + i, B, 101, 0);
    expect(of(stage.taken(), 'disconnect')).toMatchObject([{ peer: 'bert' }]);
  });
});
