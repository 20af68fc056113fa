/** Playlists with parts, written from records: the same, byte for byte, that an origin writes. */
import type { PartRecord } from '@shoal/core/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LiveStep, liveSteps, type SegmentPlan, sealedSteps } from './live-stream.fixture.js';
import { type MediaText, readMedia } from './playlist-text.js';
import { extend, writeMedia } from './playlist-write.js';

const WINDOW_MS = 20_000;

describe('a playlist with parts', () => {
  it('that was written is the one that HTTP would bring, whole and as an update (LST1, REC13)', () => {
    check(61, plans(fc.constant([500, 500, 500, 500])), WINDOW_MS, areTheSame);
  });

  it('is the same where segments are encrypted, each by other keys, and nothing else is', () => {
    const keyLines = (text: string) => text.match(/^#EXT-X-(?:KEY|MAP).*$/gm) ?? [];
    const of = plans(fc.constant([500, 500, 500, 500]));
    const then = (steps: [LiveStep, ...LiveStep[]]): void => {
      areTheSame(steps);
      const [none, map, key] = keyLines(steps[0].full);
      expect(none).toBe('#EXT-X-KEY:METHOD=NONE');
      expect(map).toContain('EXT-X-MAP');
      expect(key).toContain('METHOD=AES-128');
    };
    check(66, of, WINDOW_MS, then, sealedSteps);
  });

  it('is the same with segments and parts of any length, while nothing leaves', () => {
    check(62, plans(lengths()), Number.POSITIVE_INFINITY, ([first, ...rest]) => {
      let text = readMedia(first.full);
      for (const { record, full, update } of rest) {
        text = extend(text, record);
        expect([writeMedia(text), writeMedia(text, true)]).toEqual([full, update]);
      }
    });
  });

  it('keeps the window that HTTP had, of segments of any length', () => {
    check(63, plans(lengths()), WINDOW_MS, ([first, ...rest]) => {
      let text = readMedia(first.full);
      for (const { record, full } of rest) {
        text = extend(text, record);
        const theirs = readMedia(full);
        const more = theirs.sequence - text.sequence;
        expect(text.segments.slice(more).map(named)).toEqual(theirs.segments.map(named));
        expect(text.discontinuity + leftBy(text, more)).toBe(theirs.discontinuity);
        const withoutFirst = text.segments.slice(1).reduce((sum, one) => sum + one.durationMs, 0);
        expect(withoutFirst).toBeLessThan(text.windowMs);
      }
    });
  });

  it('waits for a record that is missing, until HTTP says what it said', () => {
    check(64, plans(fc.constant([500, 500, 500, 500])), WINDOW_MS, ([first, , ...rest]) => {
      const text = readMedia(first.full);
      for (const { record } of rest) expect(extend(text, record)).toBe(text);
      let healed = readMedia(rest[0]!.update, text);
      for (const { record, full } of rest) {
        const isKnown = full === rest[0]!.full;
        healed = extend(healed, record);
        if (isKnown) continue;
        // An update needs a later version, which is the only thing that stays of it.
        expect(writeMedia(healed).replace('VERSION:9', 'VERSION:6')).toBe(full);
      }
    });
  });

  it('takes no part in place of a segment, and no segment in place of its parts', () => {
    const [first, second] = liveSteps([plan([500]), plan([500]), plan([500])], WINDOW_MS);
    const text = readMedia(first!.full);
    const { record } = second!;
    const whole = record.hint.replace(/^#EXT-X-PART:.*\n/m, '');
    expect(extend(text, { ...record, hint: whole })).toBe(text);
    expect(extend({ ...text, partMs: 0 }, record)).toEqual({ ...text, partMs: 0 });
    expect(extend(text, record)).not.toBe(text);
  });

  it('is read and extended whatever it says', () => {
    const words = fc.constantFrom(...WORDS);
    const noise = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(''));
    const property = fc.property(noise, noise, fc.nat(3), (text, hint, part) => {
      const read = readMedia(text, readMedia(hint));
      const sequence = (read.segments.at(-1)?.sequence ?? 0) + 1;
      writeMedia(extend(read, { sequence, part, flags: 0, hint } as PartRecord), true);
    });
    fc.assert(property, { seed: 65, numRuns: 500, endOnFailure: true });
  });
});

const WORDS = [
  ...['\n', '\n#EXTINF:', '\n#EXT-X-PART:DURATION=', '\n#EXT-X-MEDIA-SEQUENCE:', '9', '1e999', '-'],
  ...['\n#EXT-X-SKIP:SKIPPED-SEGMENTS=', '\n#EXT-X-BYTERANGE:', '@', '\na.m4s\n', '#EXTM3U'],
  ...['\n#EXT-X-PROGRAM-DATE-TIME:', '+275760-09-13', '2026-01-31', '\n#EXT-X-TARGETDURATION:'],
  ...['\n#EXT-X-PART-INF:PART-TARGET=', '\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=', '\n#EXT-X-MAP:'],
  ...['\n#EXT-X-KEY:METHOD=NONE', '\n#EXT-X-KEY:METHOD=AES-128,URI='],
];

function named({ uri, durationMs, map, dateMs }: MediaText['segments'][number]) {
  return { uri, durationMs, map, dateMs };
}

function leftBy({ segments }: MediaText, more: number): number {
  return segments.slice(0, more).filter(({ discontinuity }) => discontinuity).length;
}

function areTheSame([first, ...rest]: [LiveStep, ...LiveStep[]]): void {
  let text = readMedia(first.full);
  expect(writeMedia(text)).toBe(first.full);
  for (const { record, full, update } of rest) {
    text = extend(text, record);
    expect(writeMedia(text)).toBe(full);
    expect(writeMedia(text, true)).toBe(update);
  }
}

/** From a playlist that has a segment at least, at any part of the stream, to its end. */
function check(
  seed: number,
  of: fc.Arbitrary<SegmentPlan[]>,
  windowMs: number,
  then: (steps: [LiveStep, ...LiveStep[]]) => void,
  stepsOf = liveSteps,
): void {
  const property = fc.property(of, fc.nat(40), (all, from) => {
    const steps = stepsOf(all, windowMs).filter(({ full }) => isBase(full, windowMs));
    fc.pre(steps.length > 8);
    then(steps.slice(Math.min(from, steps.length - 8)) as [LiveStep, ...LiveStep[]]);
  });
  fc.assert(property, { seed, numRuns: 20, endOnFailure: true });
}

/** One with a segment, and whose window is full, when it ever is. */
function isBase(text: string, windowMs: number): boolean {
  if (windowMs < Number.POSITIVE_INFINITY && text.includes('MEDIA-SEQUENCE:0\n')) return false;
  return text.includes('#EXTINF');
}

function plan(partsMs: readonly number[]): SegmentPlan {
  return { partsMs, discontinuity: false, newMap: false, independent: true };
}

function plans(partsMs: fc.Arbitrary<number[]>): fc.Arbitrary<SegmentPlan[]> {
  const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
  const independent = fc.integer({ min: 0, max: 40 }).map((n) => n > 0);
  const one = fc.record({ partsMs, discontinuity: rarely, newMap: rarely, independent });
  return fc.array(one, { minLength: 16, maxLength: 24 });
}

function lengths(): fc.Arbitrary<number[]> {
  return fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 500_000 }))
    .map(([count, last]) => [...Array.from({ length: count }, () => 500), last / 1000]);
}
