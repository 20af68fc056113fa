/** Order and limits of what waits to be sent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ms, type PartId, PeerId } from '../units/index.js';
import { createUploadQueue, type Upload } from './upload-queue.js';

const upload = (index: number, due: number, peer = 'a'): Upload => ({
  peer: PeerId(peer),
  part: '0/1/0' as PartId,
  index,
  due: Ms(due),
  lateAt: Ms(due + 1_000),
});

describe('the upload queue (PSH2)', () => {
  it('gives the earliest deadline first, and equals in order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 30 }), (dues) => {
        const queue = createUploadQueue(100);
        for (const [index, due] of dues.entries()) queue.add(upload(index, due));
        const taken = dues.map(() => queue.take(() => true)!);
        const expected = dues
          .map((due, index) => ({ due, index }))
          .sort((x, y) => x.due - y.due || x.index - y.index);
        expect(taken.map(({ due, index }) => ({ due, index }))).toEqual(expected);
        expect(queue.take(() => true)).toBeUndefined();
      }),
    );
  });

  it('passes over what may not go yet', () => {
    const queue = createUploadQueue(10);
    queue.add(upload(0, 1, 'a'));
    queue.add(upload(0, 2, 'b'));
    expect(queue.take(({ peer }) => peer === 'b')?.peer).toBe('b');
    expect(queue.size()).toBe(1);
  });

  it('takes nothing twice, and nothing beyond its limit', () => {
    const queue = createUploadQueue(2);
    const sizes = [upload(0, 1), upload(0, 9), upload(0, 1, 'b'), upload(1, 1)].map((one) => {
      queue.add(one);
      return queue.size();
    });
    expect(sizes).toEqual([1, 1, 2, 2]);
  });

  it('counts what goes before, and drops what matches', () => {
    const queue = createUploadQueue(10);
    for (const due of [1, 5, 9]) queue.add(upload(due, due));
    expect(queue.before(Ms(5))).toBe(2);
    expect(queue.waitingFor(PeerId('a'))).toBe(3);
    queue.drop(({ index }) => index > 1);
    expect(queue.size()).toBe(1);
  });
});
