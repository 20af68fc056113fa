/** Complaints, claims and signalling, as honest and as hostile peers use them. */
import { describe, expect, it } from 'vitest';
import type { Complaint } from '../wire/index.js';
import { type Crowd, type CrowdPeer, createCrowd, gotOf } from './crowd.fixture.js';

function crowdOf(networks: readonly string[]): { crowd: Crowd; peers: CrowdPeer[] } {
  const crowd = createCrowd();
  const peers = networks.map((network) => crowd.join({ network }));
  crowd.pass(10_000);
  return { crowd, peers };
}

function complain(
  crowd: Crowd,
  victim: CrowdPeer | undefined,
  accused: CrowdPeer | undefined,
  about: Complaint['about'] = 'corrupt',
): void {
  if (victim === undefined || accused === undefined) throw new Error('no such peer');
  const key = { rendition: 0, sequence: 1, part: 0 };
  crowd.say(victim, { type: 'complaint', peer: accused.peer as string, about, key });
}

describe('complaints', () => {
  it('TRK37 bans on the word of two networks, tells neighbours, and remembers', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd']);
    const [bad, second, third, fourth] = peers;
    complain(crowd, second, bad);
    complain(crowd, second, bad);
    expect(bad?.closed).toBeUndefined();
    complain(crowd, third, bad);
    expect(gotOf(bad!, 'refused')).toMatchObject([{ why: 'banned', retryMs: 0 }]);
    expect(gotOf(fourth!, 'gone')).toEqual([{ type: 'gone', peer: bad?.peer, banned: true }]);
    const back = crowd.join({ resume: { peer: bad?.peer as string, secret: bad!.secret } });
    expect(gotOf(back, 'refused')).toMatchObject([{ why: 'banned' }]);
  });

  it('TRK38 counts victims of one network once, where there are several', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'b', 'b']);
    const [accused, ...liars] = peers;
    for (const liar of liars) complain(crowd, liar, accused);
    expect(accused?.closed).toBeUndefined();
  });

  it('TRK38 counts peers where everybody shares one network', () => {
    const { crowd, peers } = crowdOf(['a', 'a', 'a']);
    complain(crowd, peers[1], peers[0]);
    complain(crowd, peers[2], peers[0]);
    expect(peers[0]?.closed).toBe('banned');
  });

  it('TRK39 does not hear of a peer that the victim never met', () => {
    const crowd = createCrowd();
    const stranger = crowd.join({ follow: [9], network: 'z' });
    const [a, b] = [crowd.join({ network: 'x' }), crowd.join({ network: 'y' })];
    crowd.pass(5_000);
    complain(crowd, a, stranger);
    complain(crowd, b, stranger);
    expect(stranger.closed).toBeUndefined();
    expect(crowd.tracker.snapshot().streams[0]?.totals.complaints).toBe(0);
  });

  it('TRK40 stops hearing a liar that accuses everybody', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const [liar, one, two, three, four, five, honest] = peers;
    for (const accused of [one, two, three, four]) complain(crowd, liar, accused);
    complain(crowd, liar, five);
    complain(crowd, honest, five);
    expect(five?.closed).toBeUndefined();
  });

  it('TRK41 does not let a banned network back, where there are others', () => {
    const { crowd, peers } = crowdOf(['v', 'w', 'bad', 'bad', 'bad']);
    for (const bad of peers.slice(2)) {
      complain(crowd, peers[0], bad);
      complain(crowd, peers[1], bad);
    }
    expect(gotOf(crowd.join({ network: 'bad' }), 'refused')).toMatchObject([{ why: 'banned' }]);
    expect(crowd.join({ network: 'good' }).peer).toBeDefined();
    crowd.pass(3_700_000);
    expect(crowd.join({ network: 'bad' }).peer).toBeDefined();
  });

  it('TRK42 plans a silent parent away from the child that complained', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd', 'e']);
    const [silent, victim] = peers;
    complain(crowd, victim, silent, 'silent');
    crowd.pass(60);
    const plan = gotOf(victim!, 'plan').at(-1);
    for (const place of plan?.trees ?? []) {
      expect(place.parent).not.toBe(silent?.peer);
      expect(place.standby).not.toBe(silent?.peer);
    }
    expect(
      gotOf(silent!, 'plan')
        .at(-1)
        ?.trees.some((t) => t.children.length > 0),
    ).toBe(true);
  });

  it('TRK42 makes a leaf of who is silent to two, and forgives after a minute', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd', 'e']);
    const [silent, one, two] = peers;
    complain(crowd, one, silent, 'silent');
    complain(crowd, two, silent, 'silent');
    crowd.pass(60);
    const isLeaf = (): boolean =>
      gotOf(silent!, 'plan')
        .at(-1)!
        .trees.every(({ children, parent }) => children.length === 0 && parent !== undefined);
    expect(isLeaf()).toBe(true);
    expect(silent?.closed).toBeUndefined();
    crowd.pass(70_000);
    expect(isLeaf()).toBe(false);
  });
});

describe('calling others silent', () => {
  it('TRK29 keeps the pair apart for longer than a link that just drops', () => {
    const { crowd, peers } = crowdOf(['a', 'b']);
    const [silent, victim] = peers;
    const before = gotOf(victim!, 'introduce').length;
    complain(crowd, victim, silent, 'silent');
    crowd.unlink(victim!, silent!);
    crowd.pass(100_000);
    expect(gotOf(victim!, 'introduce').length).toBe(before);
    crowd.pass(200_000);
    expect(gotOf(victim!, 'introduce').length).toBeGreaterThan(before);
  });

  const isLeaf = (peer: CrowdPeer | undefined): boolean =>
    gotOf(peer!, 'plan')
      .at(-1)!
      .trees.every(({ children }) => children.length === 0);

  it('TRK42 lasts twice as long the second time', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd', 'e']);
    const [silent, one, two] = peers;
    for (const [demotedMs, freeMs] of [
      [55_000, 10_000],
      [115_000, 10_000],
    ] as const) {
      complain(crowd, one, silent, 'silent');
      complain(crowd, two, silent, 'silent');
      crowd.pass(demotedMs);
      expect(isLeaf(silent)).toBe(true);
      crowd.pass(freeMs);
      expect(isLeaf(silent)).toBe(false);
    }
  });

  it('TRK42 counts for the accuser only, when it accuses too many', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const [liar, accomplice, ...others] = peers;
    for (const other of others) complain(crowd, liar, other, 'silent');
    const last = others.at(-1);
    complain(crowd, accomplice, last, 'silent');
    crowd.pass(100);
    expect(isLeaf(last)).toBe(false);
    const parents = gotOf(liar!, 'plan')
      .at(-1)!
      .trees.map(({ parent }) => parent);
    expect(parents).not.toContain(last?.peer);
  });
});

describe('claims', () => {
  it('TRK33 names the first claimant owner, and the same to everybody after', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c']);
    for (const peer of peers) crowd.say(peer, { type: 'claim', rendition: 0, sequences: [5, 6] });
    for (const peer of peers) {
      expect(gotOf(peer, 'claimed').flatMap(({ owners }) => owners)).toEqual([
        { sequence: 5, peer: peers[0]?.peer },
        { sequence: 6, peer: peers[0]?.peer },
      ]);
    }
  });

  it('TRK34 gives the segment to the next when the owner is gone or has had its time', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c']);
    const [first, second, third] = peers;
    const claim = (peer: CrowdPeer | undefined, sequence: number) => {
      crowd.say(peer!, { type: 'claim', rendition: 0, sequences: [sequence] });
      return gotOf(peer!, 'claimed').at(-1)?.owners[0]?.peer;
    };
    expect(claim(first, 1)).toBe(first?.peer);
    crowd.pass(2_900);
    expect(claim(second, 1)).toBe(first?.peer);
    crowd.pass(200);
    expect(claim(second, 1)).toBe(second?.peer);
    expect(claim(first, 2)).toBe(first?.peer);
    crowd.cut(first!);
    expect(claim(third, 2)).toBe(third?.peer);
  });

  it('TRK35 leaves out what would make one owner fetch too much', () => {
    const { crowd, peers } = crowdOf(['a', 'b']);
    const sequences = Array.from({ length: 20 }, (_, i) => i);
    crowd.say(peers[0]!, { type: 'claim', rendition: 0, sequences });
    expect(gotOf(peers[0]!, 'claimed')[0]?.owners).toHaveLength(8);
    crowd.say(peers[1]!, { type: 'claim', rendition: 0, sequences });
    const owners = gotOf(peers[1]!, 'claimed')[0]?.owners ?? [];
    expect(owners.filter(({ peer }) => peer === peers[1]?.peer)).toHaveLength(8);
  });

  it('TRK36 answers nothing about a rendition that the claimant does not follow', () => {
    const { crowd, peers } = crowdOf(['a']);
    crowd.say(peers[0]!, { type: 'claim', rendition: 8, sequences: [1] });
    expect(gotOf(peers[0]!, 'claimed')).toEqual([]);
  });
});

describe('signalling', () => {
  const signal = (to: CrowdPeer | undefined, payload = 'v=0') =>
    ({ type: 'signal', peer: to?.peer as string, payload }) as const;

  it('TRK30 passes on between introduced peers, both ways', () => {
    const { crowd, peers } = crowdOf(['a', 'b']);
    crowd.say(peers[0]!, signal(peers[1], 'offer'));
    crowd.say(peers[1]!, signal(peers[0], 'answer'));
    expect(gotOf(peers[1]!, 'signal')).toEqual([
      { type: 'signal', peer: peers[0]?.peer, payload: 'offer' },
    ]);
    expect(gotOf(peers[0]!, 'signal')).toMatchObject([{ payload: 'answer' }]);
  });

  it('TRK30 passes nothing on to a peer that was not introduced, or is gone', () => {
    const crowd = createCrowd();
    const stranger = crowd.join({ follow: [9] });
    const [a, b] = [crowd.join(), crowd.join()];
    crowd.say(a, signal(stranger));
    expect(gotOf(stranger, 'signal')).toEqual([]);
    crowd.cut(b);
    crowd.say(a, signal(b));
    expect(a.closed).toBeUndefined();
    expect(gotOf(b, 'signal')).toEqual([]);
  });

  it('TRK31 ends a session over an oversized payload, counted in bytes', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c']);
    crowd.say(peers[0]!, signal(peers[1], 'x'.repeat(4_096)));
    expect(peers[0]?.closed).toBeUndefined();
    crowd.say(peers[0]!, signal(peers[1], 'é'.repeat(2_049)));
    expect(peers[0]?.closed).toBe('violation');
    crowd.say(peers[2]!, signal(peers[1], '\ud800'));
    expect(peers[2]?.closed).toBe('violation');
    expect(gotOf(peers[1]!, 'signal')).toHaveLength(1);
  });

  it('TRK32 ends a session that floods, others unaffected', () => {
    const { crowd, peers } = crowdOf(['a', 'b', 'c']);
    for (let i = 0; i < 301; i++) crowd.say(peers[0]!, signal(peers[1]));
    expect(gotOf(peers[0]!, 'refused')).toMatchObject([{ why: 'limit' }]);
    crowd.say(peers[2]!, signal(peers[1], 'calm'));
    expect(gotOf(peers[1]!, 'signal').at(-1)?.payload).toBe('calm');
  });
});
