/** What every implementation of the tracker's sockets must do. */
import type { TrackerSockets } from '../ports/tracker-socket.js';
import { type ContractCase, expectEqual, pattern, until } from './contract-case.js';

export interface TrackerFixture {
  readonly sockets: TrackerSockets;
  /** Sends every frame back; closes when it gets the one byte 0. */
  readonly url: string;
  /** Nobody listens there. */
  readonly urlUnreachable: string;
  wait(ms: number): Promise<void>;
}

export const trackerContract: readonly ContractCase<TrackerFixture>[] = [
  {
    name: 'carries frames both ways, whole and in order',
    async run(fixture) {
      const side = open(fixture, fixture.url);
      side.socket.send(pattern(3, 9));
      await until(fixture.wait, () => side.ups === 1, 'the socket comes up');
      const frames = [pattern(1), pattern(132_000, 3), pattern(40, 5)];
      for (const frame of frames) side.socket.send(frame);
      await until(fixture.wait, () => side.frames.length === 3, 'all frames come back');
      expectEqual(side.frames.map(String), frames.map(String), 'frames');
      side.socket.close();
      await fixture.wait(100);
      expectEqual(side.downs, 0, 'no down after its own close');
    },
  },
  {
    name: 'tells when the tracker ends it, once',
    async run(fixture) {
      const side = open(fixture, fixture.url);
      await until(fixture.wait, () => side.ups === 1, 'the socket comes up');
      side.socket.send(new Uint8Array(1));
      await until(fixture.wait, () => side.downs > 0, 'the socket goes down');
      side.socket.send(pattern(3));
      await fixture.wait(100);
      expectEqual([side.downs, side.frames.length], [1, 0], 'downs and frames');
    },
  },
  {
    name: 'says nothing after its own close',
    async run(fixture) {
      const side = open(fixture, fixture.url);
      side.socket.close();
      await fixture.wait(100);
      expectEqual([side.ups, side.downs], [0, 0], 'no word of a socket closed at once');
      const up = open(fixture, fixture.url);
      await until(fixture.wait, () => up.ups === 1, 'the socket comes up');
      up.socket.send(pattern(3, 9));
      up.socket.close();
      await fixture.wait(100);
      expectEqual([up.frames.length, up.downs], [0, 0], 'frames and downs');
    },
  },
  {
    name: 'goes down, and never up, where nobody listens',
    async run(fixture) {
      const side = open(fixture, fixture.urlUnreachable);
      await until(fixture.wait, () => side.downs > 0, 'the socket goes down');
      expectEqual([side.ups, side.downs], [0, 1], 'ups and downs');
    },
  },
];

function open({ sockets }: TrackerFixture, url: string) {
  const side = { ups: 0, downs: 0, frames: [] as Uint8Array[] };
  const socket = sockets.open(url, {
    up: () => void side.ups++,
    down: () => void side.downs++,
    message: (frame) => void side.frames.push(frame),
  });
  return Object.assign(side, { socket });
}
