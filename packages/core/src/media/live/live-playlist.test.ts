import { describe, expect, it } from 'vitest';
import { Ms } from '../../units/index.js';
import { parseHint } from '../hint.js';
import { mapTag } from '../segment.js';
import { brokenChanges, brokenRules } from './hls-rules.fixture.js';
import { type LiveView, partHint, writeLivePlaylist } from './live-playlist.js';

describe('a live playlist', () => {
  it('breaks no rule of the draft, whole and as an update', () => {
    for (let upTo = 1; upTo < 40; upTo++) {
      for (const openParts of [0, 1, 3]) {
        const view = viewOf(Math.max(0, upTo - 20), upTo, openParts);
        for (const skip of [false, true]) {
          expect(brokenRules(writeLivePlaylist(view, skip))).toEqual([]);
        }
      }
    }
  });

  it('changes only as playlists may', () => {
    for (let upTo = 21; upTo < 40; upTo++) {
      const [before, after] = [viewOf(upTo - 20, upTo, 3), viewOf(upTo - 19, upTo + 1, 0)];
      const texts = [before, after].map((view) => writeLivePlaylist(view, false));
      expect(brokenChanges(texts[0]!, texts[1]!)).toEqual([]);
    }
  });

  it('offers parts of the last three target durations, and the open segment', () => {
    const text = writeLivePlaylist(viewOf(0, 20, 2), false);
    const sequences = [...text.matchAll(/^#EXT-X-PART:.*"(\d+)\.\d/gm)].map(([, s]) => Number(s));
    expect(new Set(sequences)).toEqual(new Set([17, 18, 19, 20]));
    expect(text).toContain('#EXT-X-PART:DURATION=0.500,URI="20.0.m4s",INDEPENDENT=YES\n');
    expect(text).toContain('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="20.2.m4s"\n');
    expect(text).toContain('#EXT-X-RENDITION-REPORT:URI="r1.m3u8",LAST-MSN=20,LAST-PART=1\n');
    expect(text).toContain('CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.506,CAN-SKIP-UNTIL=12.0\n');
  });

  it('says the same of a part in its record', () => {
    const open = viewOf(0, 4, 1).open!;
    const view = { ...viewOf(0, 3, 0), open, hintUri: '4.1.m4s' };
    const text = writeLivePlaylist(view, false);
    const first = partHint(open, '4.1.m4s');
    expect(first).toMatch(/^#EXT-X-DISCONTINUITY\n|^#EXT-X-MAP/);
    for (const line of first.split('\n')) expect(text).toContain(line);
    const third = viewOf(0, 4, 3).open!;
    const hint = '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="4.3.m4s"';
    expect(partHint(third, '4.3.m4s')).toBe(`#EXT-X-PART:DURATION=0.500,URI="4.2.m4s"\n${hint}`);
    const { segment, parts } = viewOf(0, 4, 0).segments[3]!;
    const last = partHint({ ...open, parts }, '4.0.m4s', segment).split('\n');
    expect(last[0]).toBe('#EXT-X-PART:DURATION=0.500,URI="3.3.m4s"');
    expect(last[1]).toBe('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="4.0.m4s"');
    expect(parseHint(last.slice(2).join('\n'), 3)).toMatchObject(segment);
  });

  it('as an update, skips what is older than the skip boundary', () => {
    const text = writeLivePlaylist(viewOf(0, 20, 0), true);
    expect(text).toContain('#EXT-X-VERSION:9\n');
    expect(text).toContain('#EXT-X-SKIP:SKIPPED-SEGMENTS=14\n');
    expect(text.match(/^#EXTINF/gm)).toHaveLength(6);
    const short = writeLivePlaylist(viewOf(0, 4, 0), true);
    expect(short).toBe(writeLivePlaylist(viewOf(0, 4, 0), false));
  });

  it('that has ended is a title, of all segments when all are there', () => {
    const ended = { ...viewOf(0, 4, 0), ended: true };
    const text = writeLivePlaylist(ended, false);
    expect(text).toMatch(/#EXT-X-PLAYLIST-TYPE:VOD\n(?:.*\n)*#EXT-X-ENDLIST\n$/);
    expect(text).not.toMatch(/HINT|SERVER-CONTROL/);
    expect(writeLivePlaylist({ ...viewOf(3, 6, 0), ended: true }, false)).not.toContain('VOD');
  });

  it('names another initialisation section where it changes', () => {
    const view = viewOf(0, 4, 2);
    const open = { ...view.open!, mapTag: mapTag('i1.mp4'), discontinuity: true };
    const text = writeLivePlaylist({ ...view, open }, false);
    expect(text.match(/^#EXT-X-MAP:.*$/gm)).toEqual([mapTag('i0.mp4'), mapTag('i1.mp4')]);
    expect(brokenRules(text)).toEqual([]);
  });
});

it('the checker sees what is broken', () => {
  const good = writeLivePlaylist(viewOf(0, 20, 2), false);
  const bad: readonly [string, string][] = [
    ['#EXTINF:2.000', '#EXTINF:2.600'],
    ['PART-HOLD-BACK=1.506', 'PART-HOLD-BACK=0.900'],
    ['DURATION=0.500', 'DURATION=0.300'],
    ['DURATION=0.500', 'DURATION=0.600'],
    ['CAN-SKIP-UNTIL=12.0', 'CAN-SKIP-UNTIL=6.0'],
    ['00:00:10.000Z', '00:00:11.000Z'],
    ['#EXT-X-VERSION:6', '#EXT-X-VERSION:3'],
  ];
  for (const [from, to] of bad) {
    expect(good).toContain(from);
    expect(brokenRules(good.replace(from, to))).not.toEqual([]);
  }
});

/** Segments `from` to `to` of two seconds, four parts each; a discontinuity before every seventh. */
function viewOf(from: number, to: number, openParts: number): LiveView {
  const parts = (sequence: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      uri: `${sequence}.${i}.m4s`,
      durationMs: Ms(500),
      independent: i === 0,
    }));
  const segments = Array.from({ length: to - from }, (_, i) => ({
    segment: {
      sequence: from + i,
      durationMs: Ms(2000),
      uri: `${from + i}.m4s`,
      discontinuity: (from + i) % 7 === 3,
      programDateTimeMs: 2000 * (from + i),
      gap: false,
      mapTag: mapTag('i0.mp4'),
      keyTags: [],
      otherTags: [],
    },
    parts: parts(from + i, 4),
  }));
  return {
    targetMs: Ms(2000),
    partTargetMs: Ms(500),
    segments,
    mediaSequence: from,
    discontinuitySequence: Array.from({ length: from }, (_, i) => i).filter((i) => i % 7 === 3)
      .length,
    independent: true,
    open: {
      discontinuity: to % 7 === 3,
      dateMs: 2000 * to,
      mapTag: mapTag('i0.mp4'),
      parts: parts(to, openParts),
    },
    hintUri: `${to}.${openParts}.m4s`,
    reports: [{ uri: 'r1.m3u8', lastSequence: to, lastPart: 1 }],
    ended: false,
    extraTags: ['#EXT-X-SHOAL:VERSION=1'],
  };
}
