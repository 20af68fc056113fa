/** Who is let in, under which id, and what floods get. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_TRACKER } from './config.js';
import { createCrowd, EPOCH, gotOf, joinMessage, STREAM } from './crowd.fixture.js';

const other = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

describe('admission', () => {
  it('TRK1 welcomes a join with an id and a secret from the entropy', () => {
    const crowd = createCrowd();
    const peer = crowd.join();
    expect(gotOf(peer, 'welcome')).toEqual([
      {
        type: 'welcome',
        version: 1,
        peer: '0101010101010100',
        secret: other(1),
        linksMax: 16,
        statsMs: 5_000,
      },
    ]);
  });

  it.each([
    ['version', { version: 9, versionMin: 9 }],
    ['stream', { streamId: new Uint8Array(32) }],
    ['stream', { epoch: EPOCH + 1 }],
  ] as const)('TRK2 refuses a wrong %s', (why, part) => {
    const peer = createCrowd().join(part);
    expect(gotOf(peer, 'refused')).toMatchObject([{ why }]);
    expect(peer.closed).toBeDefined();
  });

  it('TRK3 resumes with the right secret within the grace', () => {
    const crowd = createCrowd();
    const first = crowd.join();
    crowd.cut(first);
    crowd.pass(59_000);
    const resume = { peer: first.peer as string, secret: first.secret };
    const second = crowd.join({ resume });
    expect(second.peer).toBe(first.peer);
    expect(second.secret).toEqual(first.secret);
  });

  it('TRK3 gives a new id for a wrong secret, a stranger id, or after the grace', () => {
    const crowd = createCrowd();
    const first = crowd.join();
    const id = first.peer as string;
    crowd.cut(first);
    expect(crowd.join({ resume: { peer: id, secret: other(9) } }).peer).not.toBe(id);
    const unknown = 'ffffffffffffffff';
    expect(crowd.join({ resume: { peer: unknown, secret: other(9) } }).peer).not.toBe(unknown);
    crowd.pass(61_000);
    expect(crowd.join({ resume: { peer: id, secret: first.secret } }).peer).not.toBe(id);
  });

  it('TRK3 does not let a thief of the id disturb its owner', () => {
    const crowd = createCrowd();
    const owner = crowd.join();
    const friend = crowd.join();
    crowd.pass(2_000);
    const thief = crowd.join({ resume: { peer: owner.peer as string, secret: other(9) } });
    crowd.pass(2_000);
    expect(thief.peer).not.toBe(owner.peer);
    expect(owner.closed).toBeUndefined();
    expect(gotOf(friend, 'gone')).toEqual([]);
  });

  it('TRK4 replaces the first socket by a second one with the secret, and links stay', () => {
    const crowd = createCrowd();
    const first = crowd.join();
    const friend = crowd.join();
    crowd.pass(2_000);
    const again = crowd.join({ resume: { peer: first.peer as string, secret: first.secret } });
    crowd.pass(1_000);
    expect(first.closed).toBe('replaced');
    expect(again.peer).toBe(first.peer);
    expect(gotOf(friend, 'gone')).toEqual([]);
    expect(gotOf(again, 'plan')).not.toEqual([]);
  });

  it('TRK5 keeps an id that the world vouches for, after the tracker forgot it', () => {
    const crowd = createCrowd();
    const peer = crowd.open();
    const resume = { peer: 'abcdef0123456789', secret: other(5) };
    crowd.say(peer, joinMessage({ resume }), true);
    expect(gotOf(peer, 'welcome')).toMatchObject([resume]);
  });

  it('TRK5 vouching does not take an id from a member with another secret', () => {
    const crowd = createCrowd();
    const owner = crowd.join();
    const thief = crowd.open();
    crowd.say(
      thief,
      joinMessage({ resume: { peer: owner.peer as string, secret: other(5) } }),
      true,
    );
    expect(thief.peer).not.toBe(owner.peer);
    expect(owner.closed).toBeUndefined();
  });

  it('TRK6 closes sockets that do not join in time', () => {
    const crowd = createCrowd();
    const peer = crowd.open();
    crowd.pass(9_900);
    expect(peer.closed).toBeUndefined();
    crowd.pass(200);
    expect(peer.closed).toBe('did not join');
  });

  it('TRK6 closes a socket at once when too many strangers wait', () => {
    const admission = { ...DEFAULT_TRACKER.admission, strangersMax: 3 };
    const crowd = createCrowd({ config: { ...DEFAULT_TRACKER, admission } });
    const sockets = [1, 2, 3, 4].map(() => crowd.open());
    expect(sockets.map(({ closed }) => closed !== undefined)).toEqual([false, false, false, true]);
  });

  it('TRK7 says anything but join first, or joins twice: a violation', () => {
    const crowd = createCrowd();
    const early = crowd.open();
    crowd.say(early, { type: 'links', open: [] });
    expect(early.closed).toBe('violation');
    const twice = crowd.join();
    crowd.say(twice, joinMessage());
    expect(twice.closed).toBe('violation');
  });

  it('TRK7 ends the session of a socket that broke the wire rules', () => {
    const crowd = createCrowd();
    const [a, b] = [crowd.join(), crowd.join()];
    crowd.pass(1_000);
    crowd.feed({ type: 'violation', connection: a.connection });
    expect(a.closed).toBe('violation');
    expect(gotOf(b, 'gone')).toEqual([{ type: 'gone', peer: a.peer, banned: false }]);
  });

  it('TRK8 limits peers in all, peers of a network, and joins of a network', () => {
    const admission = { ...DEFAULT_TRACKER.admission, peersMax: 5, peersPerNetwork: 3 };
    const crowd = createCrowd({ config: { ...DEFAULT_TRACKER, admission } });
    const near = [1, 2, 3, 4].map(() => crowd.join({ network: 'n1' }));
    const far = [1, 2, 3].map((n) => crowd.join({ network: `f${n}` }));
    expect(gotOf(near[3]!, 'refused')).toMatchObject([{ why: 'limit' }]);
    expect(far.map((peer) => gotOf(peer, 'refused')[0]?.why)).toEqual([
      undefined,
      undefined,
      'full',
    ]);
  });

  it('TRK8 lets a flood of joins in at its rate, others of other networks unaffected', () => {
    const crowd = createCrowd();
    const flood = Array.from({ length: 80 }, () => crowd.join({ network: 'flood' }));
    const calm = crowd.join({ network: 'calm' });
    expect(flood.filter(({ peer }) => peer !== undefined)).toHaveLength(64);
    expect(calm.peer).toBeDefined();
    crowd.pass(1_000);
    expect(crowd.join({ network: 'flood' }).peer).toBeDefined();
  });

  it('TRK9 ends whoever floods with messages, and nobody else', () => {
    const crowd = createCrowd();
    const [noisy, calm] = [crowd.join(), crowd.join()];
    for (let i = 0; i < 41; i++) {
      crowd.say(noisy, { type: 'claim', rendition: 0, sequences: [i] });
    }
    expect(gotOf(noisy, 'refused')).toMatchObject([{ why: 'limit' }]);
    expect(noisy.closed).toBeDefined();
    expect(calm.closed).toBeUndefined();
  });

  it('TRK2 refuses the peers of an epoch that is over, and of a stream that ended', () => {
    const crowd = createCrowd();
    const old = crowd.join();
    crowd.feed({ type: 'stream', streamId: STREAM, epoch: EPOCH + 1 });
    expect(gotOf(old, 'refused')).toMatchObject([{ why: 'stream' }]);
    const young = crowd.join({ epoch: EPOCH + 1 });
    crowd.feed({ type: 'stream-ended', streamId: STREAM });
    expect(gotOf(young, 'refused')).toMatchObject([{ why: 'stream' }]);
    expect(crowd.tracker.snapshot()).toMatchObject({ peers: 0, streams: [] });
  });
});
