import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShoalError } from '../errors/index.js';
import { formatHint, parseHint, utf8Length } from './hint.js';
import { isMultivariant, parseMultivariant, rewriteMultivariant } from './multivariant.js';
import { parseMediaPlaylist, writeMediaPlaylist } from './playlist.js';
import { type MediaSegment, segmentLines } from './segment.js';
import { parseShoalTag } from './shoal-tag.js';

describe('playlists', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(playlists(), (playlist) => {
        const { otherHeaderLines: extraTags, ...rest } = playlist;
        expect(parseMediaPlaylist(writeMediaPlaylist({ ...rest, extraTags }))).toEqual(playlist);
      }),
      { seed: 21, numRuns: 200 },
    );
  });

  it('are written the same again when they are read again', () => {
    fc.assert(
      fc.property(playlists(), (playlist) => {
        const text = writeMediaPlaylist({ ...playlist, extraTags: playlist.otherHeaderLines });
        const again = parseMediaPlaylist(text.replaceAll('\n', '\r\n'));
        expect(writeMediaPlaylist({ ...again, extraTags: again.otherHeaderLines })).toBe(text);
      }),
      { seed: 22, numRuns: 100 },
    );
  });
});

describe('hints', () => {
  it('bring back their segment, or are not made', () => {
    fc.assert(
      fc.property(segments(), (segment) => {
        const hint = formatHint(segment);
        if (hint !== undefined) expect(parseHint(hint, segment.sequence)).toEqual(segment);
        else expect(utf8Length(segmentLines(segment, true).join('\n'))).toBeGreaterThan(1024);
      }),
      { seed: 23, numRuns: 300 },
    );
  });

  it('of consecutive segments write the playlist that they came from', () => {
    fc.assert(
      fc.property(playlists(), (playlist) => {
        const from = playlist.segments.map((segment) => ({ hint: formatHint(segment), segment }));
        const kept = from.map(({ hint, segment }) =>
          hint === undefined ? segment : parseHint(hint, segment.sequence),
        );
        const head = { ...playlist, extraTags: playlist.otherHeaderLines };
        expect(writeMediaPlaylist({ ...head, segments: kept })).toBe(writeMediaPlaylist(head));
      }),
      { seed: 24, numRuns: 100 },
    );
  });
});

describe('text from strangers', () => {
  it('is read, or refused with one of two codes', () => {
    const readers: ((text: string) => unknown)[] = [
      (text) => parseMediaPlaylist(text),
      (text) => parseMultivariant(text),
      (text) => rewriteMultivariant(text, (uri) => uri),
      (text) => parseHint(text),
      (text) => parseShoalTag(text),
      (text) => isMultivariant(text),
    ];
    fc.assert(
      fc.property(noise(), (text) => {
        for (const read of readers) {
          try {
            read(text);
          } catch (thrown) {
            const known =
              isShoalError(thrown, 'media/playlist') || isShoalError(thrown, 'media/not-hls');
            if (!known) throw thrown;
          }
        }
      }),
      { seed: 25, numRuns: 2000 },
    );
  });

  it('that is read at all can be written again', () => {
    let written = 0;
    fc.assert(
      fc.property(noise(LINES.filter((line) => !REFUSED.test(line))), (text) => {
        const playlist = accepted(() =>
          parseMediaPlaylist(`#EXTM3U\n#EXT-X-TARGETDURATION:6\n${text}`),
        );
        if (playlist === undefined) return;
        const head = { ...playlist, extraTags: playlist.otherHeaderLines };
        const again = parseMediaPlaylist(writeMediaPlaylist(head));
        expect(again.segments).toEqual(playlist.segments);
        written += playlist.segments.length > 0 ? 1 : 0;
      }),
      { seed: 26, numRuns: 1000 },
    );
    expect(written).toBeGreaterThan(100);
  });
});

const LINES = [
  '#EXTM3U',
  '#EXTINF:2,',
  '#EXTINF:2.5,a title',
  '#EXTINF:',
  'a.ts',
  'b c.ts',
  '#EXT-X-BYTERANGE:10',
  '#EXT-X-BYTERANGE:10@5',
  '#EXT-X-BYTERANGE:9007199254740991@1',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-GAP',
  '#EXT-X-KEY:METHOD=NONE',
  '#EXT-X-KEY:METHOD=AES-128,URI="k"',
  '#EXT-X-KEY:METHOD=X,URI="k",KEYFORMAT="f"',
  '#EXT-X-KEY',
  '#EXT-X-MAP:URI="i"',
  '#EXT-X-MAP',
  '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00Z',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-MEDIA-SEQUENCE:9007199254740990',
  '#EXT-X-MEDIA-SEQUENCE:7',
  '#EXT-X-ENDLIST',
  '#EXT-X-STREAM-INF:BANDWIDTH=1',
  '#EXT-X-MEDIA:TYPE=AUDIO,URI="a"',
  '#EXT-X-CONTENT-STEERING:SERVER-URI="s"',
  '#EXT-X-SESSION-KEY',
  '#EXT-X-CUE-OUT',
  '#EXT-X-UNKNOWN',
  '#EXT-X-SHOAL:KEY="a"',
  '# comment',
  '',
];

/** Lines that end the reading of a media playlist. */
const REFUSED = /^#EXTINF:$|KEY$|STREAM-INF|MEDIA:|\d{16}/;

/** Lines that mean something, in an order that means nothing, and damaged here and there. */
function noise(known = LINES): fc.Arbitrary<string> {
  const lines = fc.array(
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, fc.string()),
    {
      maxLength: 25,
    },
  );
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const text = fc.tuple(lines, end).map(([all, newline]) => all.join(newline));
  const opened = text.map((body) => `#EXTM3U\n${body}`);
  return fc.oneof(opened, opened, text, fc.string({ unit: 'binary', maxLength: 200 }));
}

function accepted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isShoalError(thrown)) return undefined;
    throw thrown;
  }
}

function segments(sequence = 0): fc.Arbitrary<MediaSegment> {
  const word = fc.stringMatching(/^[a-z0-9äß鰯/?=&.,:@-]{1,40}$/);
  const range = fc.record({ offset: fc.nat(), length: fc.integer({ min: 1, max: 2 ** 31 }) });
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const key = fc.tuple(word, fc.constantFrom('', ',KEYFORMAT="drm.one"', ',KEYFORMAT="drm.two"'));
  const keys = fc.uniqueArray(key, { maxLength: 3, selector: ([, format]) => format });
  return fc.record({
    sequence: fc.constant(sequence),
    durationMs: fc.nat({ max: 20_000_000 }).map((micros) => micros / 1000),
    title: optional(word),
    uri: fc.oneof(
      word,
      word.map((part) => `https://cdn.example/${part}`),
    ),
    byteRange: optional(range),
    discontinuity: fc.boolean(),
    programDateTimeMs: optional(fc.integer({ min: 0, max: 4e12 })),
    gap: fc.boolean(),
    mapTag: word.map((uri) => `#EXT-X-MAP:URI="${uri}"`),
    keyTags: keys.map((all) =>
      all.map(([uri, format]) => `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"${format}`),
    ),
    otherTags: fc.array(
      word.map((text) => `#EXT-X-OTHER:${text}`),
      { maxLength: 3 },
    ),
  });
}

function playlists() {
  const line = fc.constantFrom('#EXT-X-START:TIME-OFFSET=-6', '#EXT-X-DEFINE:NAME="a",VALUE="b"');
  return fc
    .record({
      version: fc.integer({ min: 1, max: 12 }),
      targetDurationSec: fc.integer({ min: 20, max: 60 }),
      mediaSequence: fc.nat(),
      discontinuitySequence: fc.nat({ max: 9 }),
      endList: fc.boolean(),
      type: fc.constantFrom('VOD' as const, 'EVENT' as const, undefined),
      independentSegments: fc.boolean(),
      otherHeaderLines: fc.array(line, { maxLength: 3 }),
      segments: fc.array(segments(), { maxLength: 12 }),
    })
    .map((playlist) => ({ ...playlist, segments: inForce(playlist) }));
}

/** Numbered, and with encryption that ends by METHOD=NONE, as it must once it has begun. */
function inForce(playlist: { mediaSequence: number; segments: readonly MediaSegment[] }) {
  let encrypted = false;
  return playlist.segments.map((segment, index) => {
    const keyTags = encrypted && segment.keyTags.length === 0 ? NONE : segment.keyTags;
    encrypted = encrypted || keyTags.length > 0;
    return { ...segment, keyTags, sequence: playlist.mediaSequence + index };
  });
}

const NONE = ['#EXT-X-KEY:METHOD=NONE'];
