import { FLAG } from '@shoal/core/wire';
import { expect, it } from 'vitest';
import type { PartToSign } from '../origin/signer.js';
import { createPartSigner } from './part-signer.js';

function setUp() {
  const signed: string[] = [];
  const signer = createPartSigner(({ key, flags, hint }) => {
    signed.push(`${key.sequence}.${key.part} ${flags & FLAG.lastPart ? 'last' : 'more'} ${hint}`);
  });
  const made = (sequence: number, part: number, mayEnd: boolean): readonly string[] => {
    const key = { rendition: 0, sequence, part };
    const rest = { bytes: new Uint8Array(1), init: undefined, durationMs: 500, mediaTimeMs: 0 };
    signer.made({ key, ...rest, hint: 'part', flags: FLAG.independent } as PartToSign, mayEnd);
    return signed.splice(0);
  };
  const ended = (): readonly string[] => {
    signer.ended('segment');
    return signed.splice(0);
  };
  const goesOn = (): readonly string[] => {
    signer.goesOn('goes on');
    return signed.splice(0);
  };
  return { made, goesOn, ended };
}

it('signs a part at once when more of its segment must come', () => {
  const { made } = setUp();
  expect(made(0, 0, false)).toEqual(['0.0 more part']);
  expect(made(0, 1, false)).toEqual(['0.1 more part']);
});

it('signs what may be the last once it is known', () => {
  const { made, ended } = setUp();
  made(0, 0, false);
  expect(made(0, 1, true)).toEqual([]);
  expect(ended()).toEqual(['0.1 last segment']);
  expect(made(1, 0, true)).toEqual([]);
  expect(made(1, 1, true)).toEqual(['1.0 more part']);
  expect(ended()).toEqual(['1.1 last segment']);
});

it('signs a part again that turns out to be the last', () => {
  const { made, ended } = setUp();
  expect(made(0, 0, false)).toEqual(['0.0 more part']);
  expect(ended()).toEqual(['0.0 last segment']);
  expect(ended()).toEqual([]);
});

it('signs what might have been the last when more of its segment has begun', () => {
  const { made, goesOn, ended } = setUp();
  expect(goesOn()).toEqual([]);
  expect(made(0, 0, false)).toEqual(['0.0 more part']);
  expect(goesOn()).toEqual([]);
  expect(made(0, 1, true)).toEqual([]);
  expect(goesOn()).toEqual(['0.1 more goes on']);
  expect(goesOn()).toEqual([]);
  expect(made(0, 2, true)).toEqual([]);
  expect(ended()).toEqual(['0.2 last segment']);
  expect(goesOn()).toEqual([]);
});
