/**
 * Plays: what enters the tracker and everything that leaves it, told line by line. `vitest -u`
 * rewrites them.
 */
import { expect, it } from 'vitest';
import { PeerId } from '../units/index.js';
import type { FromTracker } from '../wire/index.js';
import type { TrackerInput, TrackerOutput } from './contract.js';
import { EPOCH, joinMessage, record, STREAM } from './crowd.fixture.js';
import { createTracker } from './tracker.js';

it('three viewers meet, are planned, one is silent and one leaves', async () => {
  const play = stage();
  play.at(0, { type: 'stream', streamId: STREAM, epoch: EPOCH });
  for (const connection of [1, 2, 3]) {
    play.at(connection * 10, open(connection));
    play.at(connection * 10, says(connection, joinMessage()));
    play.at(connection * 10, says(connection, FOLLOW));
  }
  play.at(60, { type: 'record', sealed: record(100) });
  play.at(70, says(2, { type: 'signal', peer: id(1), payload: 'offer' }));
  play.at(120, links(1, 2));
  play.at(130, links(2, 1));
  play.until(500);
  play.at(510, links(1, 2, 3));
  play.at(510, links(3, 1));
  play.until(900);
  play.at(1_000, says(3, { type: 'complaint', peer: id(1), about: 'silent', key: KEY }));
  play.until(1_200);
  play.at(1_300, { type: 'closed', connection: 2 });
  play.until(1_500);
  play.at(1_600, says(1, { type: 'claim', rendition: 0, sequences: [101, 102] }));
  play.at(1_700, says(1, { type: 'leave' }));
  play.until(8_000);
  await expect(play.text()).toMatchFileSnapshot('golden/three-viewers.txt');
});

it('a hostile socket gets nothing but the door', async () => {
  const play = stage();
  play.at(0, { type: 'stream', streamId: STREAM, epoch: EPOCH });
  play.at(10, open(1));
  play.at(10, says(1, joinMessage()));
  play.at(20, open(2));
  play.at(20, says(2, joinMessage({ resume: { peer: id(1), secret: new Uint8Array(16) } })));
  play.at(30, says(2, { type: 'signal', peer: id(1), payload: 'let me in' }));
  play.at(40, says(2, { type: 'complaint', peer: id(1), about: 'corrupt', key: KEY }));
  play.at(50, says(2, joinMessage()));
  play.at(60, open(3));
  play.at(60, { type: 'violation', connection: 3 });
  play.at(70, open(4));
  play.until(11_000);
  await expect(play.text()).toMatchFileSnapshot('golden/hostile-socket.txt');
});

const KEY = { rendition: 0, sequence: 100, part: 0 };
const FOLLOW = {
  type: 'follow',
  renditions: [{ rendition: 0, playhead: 100, live: true }],
} as const;

const id = (n: number): PeerId => PeerId(`0${n}`.repeat(8));

const open = (connection: number): TrackerInput => ({
  type: 'opened',
  connection,
  entropy: new Uint8Array(24).fill(connection),
  network: '192.0.2',
});

const says = (
  connection: number,
  message: Extract<TrackerInput, { type: 'message' }>['message'],
): TrackerInput => ({ type: 'message', connection, message });

const links = (connection: number, ...to: number[]): TrackerInput =>
  says(connection, { type: 'links', open: to.map((n) => ({ peer: id(n), rttMs: 20 })) });

function stage() {
  const tracker = createTracker({ seed: 1, now: 0 });
  const lines: string[] = [];
  let now = 0;
  const feed = (input: TrackerInput, why: string): void => {
    const said = input.type === 'message' ? `${input.connection} says ${input.message.type}` : why;
    lines.push(`${String(now).padStart(5)}  ${said}`);
    for (const output of tracker.step(now, input)) lines.push(`         ${narrate(output)}`);
  };
  const until = (end: number): void => {
    for (let wake = tracker.wake(); wake !== undefined && wake.at <= end; wake = tracker.wake()) {
      now = Math.max(now, wake.at);
      const before = lines.length;
      feed({ type: 'wake' }, `wake to ${wake.why}`);
      if (lines.length === before + 1) lines.pop();
    }
    now = Math.max(now, end);
  };
  return {
    at(at: number, input: TrackerInput): void {
      until(at);
      feed(input, 'connection' in input ? `${input.connection} ${input.type}` : input.type);
    },
    until,
    text: (): string => `${lines.join('\n')}\n`,
  };
}

function narrate(output: TrackerOutput): string {
  if (output.type === 'close') return `-> ${output.connection} closed: ${output.why}`;
  return `-> ${output.connection} ${describeMessage(output.message)}`;
}

function describeMessage(message: FromTracker): string {
  switch (message.type) {
    case 'plan':
      return `plan ${message.version} of ${message.rendition}, ${message.stripesMax} stripes: ${runs(
        message.trees.map(
          ({ parent, standby, standbyRoot, children }) =>
            `${short(parent)}${standby === undefined ? '' : `/${short(standby)}`}${
              standbyRoot ? '!' : ''
            }>${children.map(short).join('+') || '-'}`,
        ),
      )}`;
    case 'announce':
      return `announce ${message.sealed.record.sequence}`;
    case 'claimed':
      return `claimed ${message.owners.map((o) => `${o.sequence}:${short(o.peer)}`).join(' ')}`;
    case 'introduce':
      return `introduce ${short(message.peer)}${message.offer ? ', offer' : ''}`;
    case 'welcome':
      return `welcome as ${short(message.peer)}`;
    case 'signal':
      return `signal from ${short(message.peer)}: ${message.payload}`;
    case 'gone':
      return `gone ${short(message.peer)}${message.banned ? ', banned' : ''}`;
    case 'refused':
      return `refused: ${message.why}, retry ${message.retryMs}`;
  }
}

const short = (peer: PeerId | undefined): string => (peer === undefined ? '*' : peer.slice(0, 2));

/** Equal words as `n x word`, in order of first sight. */
function runs(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, n]) => (n > 1 ? `${n}x ${word}` : word)).join(', ');
}
