import { describe, expect, it } from 'vitest';
import { Ms } from '../../units/index.js';
import { decideReload, readReloadAsk, type Standing } from './reload.js';

/** Segment 7 is complete with four parts, and two parts of segment 8 are there. */
const AT: Standing = {
  lastSequence: 7,
  lastParts: 4,
  openParts: 2,
  partTargetMs: Ms(500),
  ended: false,
};

describe('blocking reload', () => {
  it.each([
    [0, undefined, 'is-there'],
    [7, undefined, 'is-there'],
    [7, 3, 'is-there'],
    // After the last part of a segment comes the first of the next.
    [7, 4, 'is-there'],
    [8, 0, 'is-there'],
    [8, 1, 'is-there'],
    [8, 2, 'will-be'],
    [8, 7, 'will-be'],
    [8, 8, 'too-far'],
    [8, undefined, 'will-be'],
    [9, undefined, 'will-be'],
    [9, 0, 'will-be'],
    [9, 6, 'too-far'],
    [10, undefined, 'too-far'],
    [Number.MAX_SAFE_INTEGER, 0, 'too-far'],
  ] as const)('segment %s, part %s: %s', (sequence, part, answer) => {
    expect(decideReload(AT, { sequence, part })).toBe(answer);
  });

  it('never waits for a stream that has ended', () => {
    expect(decideReload({ ...AT, ended: true }, { sequence: 99, part: 0 })).toBe('is-there');
  });

  it('parts of a second may be asked for three ahead', () => {
    const slow = { ...AT, partTargetMs: Ms(1000) };
    expect(decideReload(slow, { sequence: 8, part: 4 })).toBe('will-be');
    expect(decideReload(slow, { sequence: 8, part: 5 })).toBe('too-far');
  });
});

describe('the directives', () => {
  it.each([
    [null, null, 'not-asked'],
    ['7', null, { sequence: 7, part: undefined }],
    ['7', '2', { sequence: 7, part: 2 }],
    [null, '2', 'malformed'],
    ['', null, 'malformed'],
    ['-1', null, 'malformed'],
    ['7', '1.5', 'malformed'],
    ['1e3', null, 'malformed'],
    ['99999999999999999', null, 'malformed'],
  ])('%s, %s', (sequence, part, ask) => {
    expect(readReloadAsk(sequence, part)).toEqual(ask);
  });
});
