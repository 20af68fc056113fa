/** What every implementation of links must do. */
import type { Link, LinkEvents, Links } from '../ports/links.js';
import { type ContractCase, expect, expectEqual, pattern, until } from './contract-case.js';

export interface LinksFixture {
  /** Two peers that can reach each other. */
  readonly a: Links;
  readonly b: Links;
  /** Lets the world run. */
  wait(ms: number): Promise<void>;
}

interface Side {
  readonly ups: number[];
  readonly control: Uint8Array[];
  readonly pieces: Uint8Array[];
  readonly signals: string[];
  drained: number;
  downs: number;
}

export const linksContract: readonly ContractCase<LinksFixture>[] = [
  {
    name: 'comes up on both sides, once, from signals alone',
    async run(fixture) {
      const { sideA, sideB, close } = await linked(fixture);
      await fixture.wait(100);
      expectEqual([sideA.ups.length, sideB.ups.length], [1, 1], 'ups');
      expect((sideA.ups[0] ?? -1) >= 0, 'a round-trip time');
      expect(sideA.signals.length > 0 && sideB.signals.length > 0, 'both sides signal');
      expect(
        [...sideA.signals, ...sideB.signals].every((text) => text.length <= 4096),
        'signals are short',
      );
      close();
    },
  },
  {
    name: 'keeps control frames whole and in order, up to the largest record',
    async run(fixture) {
      const { a, sideB, close } = await linked(fixture);
      const frames = [1, 20_000, 3, 132_348, 5].map((length, seed) => pattern(length, seed));
      for (const frame of frames) a.sendControl(frame);
      await until(fixture.wait, () => sideB.control.length === frames.length, 'all frames arrive');
      expectEqual(sideB.control.map(sum), frames.map(sum), 'control frames');
      close();
    },
  },
  {
    name: 'brings every piece frame, and says when it has left',
    async run(fixture) {
      const { b, sideA, sideB, close } = await linked(fixture);
      const frames = Array.from({ length: 60 }, (_, i) => pattern(16_399 - i, i));
      for (const frame of frames) b.sendPiece(frame);
      await until(fixture.wait, () => sideA.pieces.length === frames.length, 'all pieces arrive');
      expectEqual(sideA.pieces.map(sum).sort(), frames.map(sum).sort(), 'piece frames');
      const total = frames.reduce((bytes, frame) => bytes + frame.length, 0);
      await until(fixture.wait, () => sideB.drained >= total, 'all bytes drain');
      expectEqual(sideB.drained, total, 'drained bytes');
      close();
    },
  },
  {
    name: 'tells the other side, and only it, of an end',
    async run(fixture) {
      const { a, b, sideA, sideB } = await linked(fixture);
      b.sendControl(pattern(3));
      b.sendPiece(pattern(3));
      const { length: signals } = sideA.signals;
      a.close();
      await until(fixture.wait, () => sideB.downs === 1, 'the other side goes down');
      await fixture.wait(100);
      expectEqual([sideA.downs, sideB.downs], [0, 1], 'downs');
      a.sendControl(pattern(3));
      b.sendPiece(pattern(3));
      b.close();
      await fixture.wait(100);
      const heard = [sideA.control.length, sideA.pieces.length, sideA.signals.length];
      expectEqual(heard, [0, 0, signals], 'nothing is heard after its own close');
      expectEqual(sideB.downs, 1, 'nothing after the end');
    },
  },
  {
    name: 'ignores malformed signals, and frames before it is up',
    async run(fixture) {
      const { sideA, sideB, close } = await linked(fixture, (link) => {
        for (const text of ['', 'o', 'v=0\r\no=- 1', 'c 1 1 0.0.0.0 0 host', 'x'.repeat(9000)]) {
          link.signal(text);
        }
        link.sendControl(pattern(3));
        link.sendPiece(pattern(3));
      });
      await fixture.wait(100);
      expectEqual(
        [sideA.control.length, sideB.control.length, sideB.pieces.length],
        [0, 0, 0],
        'frames',
      );
      close();
    },
  },
];

type First = (link: Link) => void;

/**
 * Opens a link between the two and waits until it is up. `first` sees each end before anything has
 * happened. A path may fail, and a link that says so is made anew, as peers do: WebRTC in Node.js
 * loses some at once on busy cores.
 */
async function linked(fixture: LinksFixture, first?: First) {
  for (let left = TRIES - 1; ; left--) {
    const link = open(fixture, first);
    const isDown = (): boolean => link.sideA.downs + link.sideB.downs > 0;
    await until(fixture.wait, () => link.isUp() || (left > 0 && isDown()), 'the link comes up');
    if (link.isUp()) return link;
    link.close();
  }
}

const TRIES = 4;

function open(fixture: LinksFixture, first: First | undefined) {
  const sideA = newSide();
  const sideB = newSide();
  const eventsA = eventsOf(sideA, (payload) => b.signal(payload));
  const eventsB = eventsOf(sideB, (payload) => a.signal(payload));
  const a: Link = made(fixture.a.open('b', true, eventsA));
  const b: Link = made(fixture.b.open('a', false, eventsB));
  first?.(a);
  first?.(b);
  const isUp = (): boolean => sideA.ups.length > 0 && sideB.ups.length > 0;
  const close = (): void => {
    a.close();
    b.close();
  };
  return { a, b, sideA, sideB, isUp, close };
}

function made(link: Link | undefined): Link {
  if (!link) throw new Error('the world makes no link');
  return link;
}

function newSide(): Side {
  return { ups: [], control: [], pieces: [], signals: [], drained: 0, downs: 0 };
}

function eventsOf(side: Side, relay: (payload: string) => void): LinkEvents {
  return {
    up: (rttMs) => void side.ups.push(rttMs),
    down: () => void side.downs++,
    control: (frame) => void side.control.push(frame),
    piece: (frame) => void side.pieces.push(frame),
    drained(bytes) {
      side.drained += bytes;
    },
    signal(payload) {
      side.signals.push(payload);
      relay(payload);
    },
  };
}

/** Length and a sum that any change or swap of bytes changes. */
function sum(frame: Uint8Array): string {
  let total = 0;
  for (const byte of frame) total = (Math.imul(total, 31) + byte) | 0;
  return `${frame.length}:${total}`;
}
