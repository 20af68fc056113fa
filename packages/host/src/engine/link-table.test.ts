/** Links of an engine: frames decoded, violations told, drained bytes counted in pieces. */
import type { PeerInput } from '@shoal/core/peer';
import { encodeLinkMessage, encodePieceFrame } from '@shoal/core/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryClock } from '../memory/index.js';
import type { LinkEvents } from '../ports/links.js';
import { ARRIVALS_MAX, createLinkTable } from './link-table.js';

const key = { rendition: 0, sequence: 7, part: 0 };

function table() {
  const fed: PeerInput[] = [];
  const relayed: string[] = [];
  const sent: Uint8Array[] = [];
  const signals: string[] = [];
  let events: LinkEvents | undefined;
  let closed = 0;
  const links = createLinkTable({
    links: {
      open(_peer, _offer, given) {
        events = given;
        return {
          signal: (payload) => void signals.push(payload),
          sendControl: (frame) => void sent.push(frame),
          sendPiece: (frame) => void sent.push(frame),
          close: () => void closed++,
        };
      },
    },
    clock: createMemoryClock(5),
    feed: (input) => void fed.push(input),
    relay: (_, payload) => void relayed.push(payload),
  });
  const open = (): LinkEvents => {
    links.open('a', true);
    return events!;
  };
  return { links, fed, relayed, sent, signals, open, closed: () => closed };
}

describe('the link table', () => {
  it('hands messages and pieces to the machine, and keeps the bytes apart', () => {
    const { links, fed, open } = table();
    const events = open();
    events.up(12);
    events.control(encodeLinkMessage({ type: 'bye' }));
    events.piece(encodePieceFrame({ key, index: 3 }, new Uint8Array([1, 2])));
    expect(fed).toEqual([
      { type: 'link-up', peer: 'a', rttMs: 12 },
      { type: 'message', peer: 'a', message: { type: 'bye' } },
      { type: 'piece', peer: 'a', key, index: 3, bytes: 2, arrival: 1 },
    ]);
    expect([...links.take(1)!]).toEqual([1, 2]);
    expect(links.take(1)).toBeUndefined();
  });

  it('tells a violation for any frame that breaks the wire, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const { fed, open } = table();
        const events = open();
        events.control(noise);
        events.piece(noise);
        expect(fed).toHaveLength(2);
        expect(['violation', 'message']).toContain(fed[0]!.type);
        expect(['violation', 'piece']).toContain(fed[1]!.type);
      }),
    );
  });

  it('cuts off a peer that floods it with pieces', () => {
    const { fed, open } = table();
    const events = open();
    const frame = encodePieceFrame({ key, index: 0 }, new Uint8Array(1));
    for (let i = 0; i <= ARRIVALS_MAX; i++) events.piece(frame);
    expect(fed.at(-1)).toEqual({ type: 'violation', peer: 'a' });
  });

  it('counts drained bytes in whole pieces', () => {
    const { links, fed, sent, open } = table();
    const events = open();
    links.sendPiece('a', { key, index: 0 }, new Uint8Array(1000));
    expect(sent).toHaveLength(0);
    events.up(0);
    fed.length = 0;
    links.sendPiece('a', { key, index: 0 }, new Uint8Array(1000));
    links.sendPiece('a', { key, index: 1 }, new Uint8Array(500));
    const [first, second] = sent.map((frame) => frame.length);
    events.drained(first! - 1);
    expect(fed).toEqual([]);
    events.drained(1 + 3);
    events.drained(second! - 3);
    expect(fed).toEqual([
      { type: 'drained', peer: 'a', bytes: 1000 },
      { type: 'drained', peer: 'a', bytes: 500 },
    ]);
  });

  it('keeps signals that come before the link is opened', () => {
    const { links, signals, relayed, open } = table();
    links.signal('a', 'offer');
    const events = open();
    links.signal('a', 'more');
    events.signal('answer');
    expect([signals, relayed]).toEqual([['offer', 'more'], ['answer']]);
  });

  it('closes a link that is opened anew, and counts those that are up', () => {
    const { fed, links, open, closed } = table();
    open();
    const { up, down } = open();
    expect([closed(), links.neighbours()]).toEqual([1, []]);
    up(30);
    const figures = { received: 0, sent: 0, corrupt: 0 };
    expect(links.neighbours()).toEqual([{ peer: 'a', rttMs: 30, connectedAt: 5, ...figures }]);
    expect(links.neighbour('a')).toBeDefined();
    down();
    expect(fed.map(({ type }) => type)).toEqual(['link-up', 'link-down']);
    expect([links.neighbours(), links.neighbour('a')]).toEqual([[], undefined]);
    links.close('a');
    expect(closed()).toBe(1);
  });

  it.each([
    ['where the world cannot link', undefined],
    ['where it cannot make one more', { open: () => undefined }],
  ])('ends a link at once %s', (_, made) => {
    const fed: PeerInput[] = [];
    const links = createLinkTable({
      links: made,
      clock: createMemoryClock(),
      feed: (input) => void fed.push(input),
      relay() {},
    });
    links.open('a', true);
    expect(fed).toEqual([{ type: 'link-down', peer: 'a' }]);
  });
});
