/** Plays: what enters one peer and everything that leaves it, told line by line. `vitest -u` rewrites them. */
import { expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import {
  announceOf,
  createStage,
  joinedStage,
  keyOf,
  planOf,
  SEGMENT_BYTES,
} from './testing/play.js';

const A = PeerId('anna');
const B = PeerId('bert');
const C = PeerId('cleo');
const PIECE = 16_384;

it('a viewer without consent plays from the edge, verified', async () => {
  const stage = createStage();
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'player follows 0');
  stage.located(10, 101);
  stage.want(20, 1, 100);
  stage.record(40, 100);
  stage.record(40, 101);
  stage.at(40, { type: 'records-ended', rendition: 0, ok: true }, 'records end');
  stage.fetched(60, 1, 2 * PIECE + 7);
  stage.fetched(90, 1, SEGMENT_BYTES, { done: true, status: 200 });
  stage.playback(100, 101, 2_000);
  stage.want(100, 2, 101);
  stage.fetched(140, 4, SEGMENT_BYTES, { done: true, status: 200 });
  stage.until(3_000);
  await expect(stage.text()).toMatchFileSnapshot('golden/no-consent.txt');
});

it('an interior peer takes pieces from its parent, seeds its stripe, and feeds its child', async () => {
  const stage = joinedStage([A, B], 6_000);
  // Part 101 has three stripes: 101 mod 3 makes the second tree carry the first.
  stage.tracker(
    200,
    planOf({ parent: A, children: [B] }, { parent: A, children: [] }, { children: [A, B] }),
  );
  stage.tracker(1_000, announceOf(102));
  stage.fetched(1_040, 2, PIECE);
  stage.piece(1_050, A, 102, 0);
  stage.piece(1_060, A, 102, 1);
  stage.fetched(1_070, 2, 2 * PIECE, { done: true, status: 200 });
  stage.at(1_075, { type: 'drained', peer: A, bytes: 2 * PIECE }, 'drained');
  stage.at(1_075, { type: 'drained', peer: B, bytes: 2 * PIECE }, 'drained');
  stage.piece(1_080, A, 102, 2);
  stage.piece(1_090, A, 102, 3);
  stage.until(1_400);
  await expect(stage.text()).toMatchFileSnapshot('golden/interior.txt');
});

it('a silent parent: others are told, asked, and at last the edge', async () => {
  const stage = joinedStage([A, B, C], 4_000);
  stage.tracker(
    200,
    planOf({ parent: A, standby: B }, { parent: A, standby: B }, { parent: A, standby: B }),
  );
  stage.tracker(500, announceOf(101));
  stage.until(1_300);
  stage.says(1_310, B, {
    type: 'have',
    key: keyOf(101),
    pieces: 6,
    bits: new Uint8Array([0b000111]),
  });
  stage.says(1_310, C, {
    type: 'have',
    key: keyOf(101),
    pieces: 6,
    bits: new Uint8Array([0b001100]),
  });
  stage.piece(1_350, B, 101, 0);
  stage.says(1_360, B, { type: 'refuse', key: keyOf(101), pieces: [1], why: 'busy' });
  stage.until(2_900);
  stage.fetched(3_000, 2, 5 * PIECE, { done: true, status: 200 });
  stage.until(3_300);
  await expect(stage.text()).toMatchFileSnapshot('golden/silent-parent.txt');
});

it('a neighbour sends garbage', async () => {
  const stage = joinedStage([A, B], 6_000);
  stage.tracker(200, planOf({ parent: A, children: [B] }));
  stage.tracker(500, announceOf(101));
  stage.answer(false);
  stage.piece(550, A, 101, 0);
  stage.answer(true);
  stage.piece(560, A, 101, 1);
  stage.until(600);
  await expect(stage.text()).toMatchFileSnapshot('golden/garbage.txt');
});

it('the edge fails, then answers with something else', async () => {
  const stage = createStage();
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'player follows 0');
  stage.located(10, 101);
  stage.want(20, 1, 100);
  stage.record(30, 100);
  stage.fetched(40, 1, 0, { done: false, status: 503 });
  stage.until(600);
  stage.answer(false);
  stage.fetched(700, 3, PIECE);
  stage.answer(true);
  stage.fetched(800, 4, SEGMENT_BYTES, { done: true, status: 200 });
  stage.until(900);
  await expect(stage.text()).toMatchFileSnapshot('golden/edge-faults.txt');
});

it('the viewer takes consent back', async () => {
  const stage = joinedStage([A, B], 6_000);
  stage.at(1_000, { type: 'consent', granted: false }, 'viewer declines');
  stage.piece(1_010, A, 101, 0);
  stage.until(2_000);
  await expect(stage.text()).toMatchFileSnapshot('golden/consent-back.txt');
});
