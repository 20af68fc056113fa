import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.js';
import { WINDOW_BYTES_MAX, Window } from './window.js';

const END = Number.POSITIVE_INFINITY;

function drain(read: (end: number) => Buffer | undefined, end = END): Buffer {
  const got: Buffer[] = [];
  for (let next = read(end); next !== undefined; next = read(end)) got.push(next);
  return Buffer.concat(got);
}

describe('readers', () => {
  it('each get all bytes, or their part, whatever comes and goes between', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 20 });
    const scenario = fc.record({
      chunks: fc.array(chunk, { minLength: 1, maxLength: 12 }),
      from: fc.nat(60),
      length: fc.nat(60),
      slides: fc.nat(12),
    });
    fc.assert(
      fc.property(scenario, ({ chunks, from, length, slides }) => {
        const all = Buffer.concat(chunks);
        const window = new Window();
        const [whole, part] = [window.read(), window.read()];
        part.skipTo(from);
        const got: Buffer[] = [];
        chunks.forEach((bytes, i) => {
          if (i === slides) window.slide();
          window.add(Buffer.from(bytes));
          got.push(drain(whole.next));
        });
        expect(Buffer.concat(got).equals(all)).toBe(true);
        const end = from + length;
        expect(drain(part.next, end).equals(all.subarray(from, end))).toBe(true);
      }),
    );
  });

  it('hold what they have not read, and nothing once it slides and they have', () => {
    const window = new Window();
    const [fast, slow] = [window.read(), window.read()];
    for (let i = 0; i < 3; i += 1) window.add(Buffer.alloc(10, i));
    drain(fast.next);
    expect(window.chunks).toHaveLength(3);
    window.slide();
    slow.next(15);
    slow.next(15);
    expect(window.chunks).toHaveLength(2);
    slow.close();
    expect(window.chunks).toHaveLength(0);
  });
});

describe('room', () => {
  const full = (): Window => {
    const window = new Window();
    window.slide();
    window.add(Buffer.alloc(WINDOW_BYTES_MAX + 1));
    return window;
  };

  it('is waited for while a reader is slow', async () => {
    const window = full();
    const reader = window.read();
    const room = window.room(new AbortController().signal);
    expect(window.isHeldUp).toBe(true);
    reader.next(END);
    await room;
    expect(window.isHeldUp).toBe(false);
  });

  it('is never had once the last reader has left, or the fetch was given up', async () => {
    const window = full();
    const reader = window.read();
    const room = window.room(new AbortController().signal);
    reader.close();
    await expect(room).rejects.toThrow('nobody reads it');
    const [other, gone] = [full(), new AbortController()];
    const second = other.room(gone.signal);
    gone.abort();
    other.wake();
    await expect(second).rejects.toThrow();
  });
});

it('a budget gives all or nothing', () => {
  const budget = createBudget(10);
  expect([budget.take(6), budget.take(5), budget.take(4), budget.take(1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  budget.give(6);
  expect(budget.take(6)).toBe(true);
});
