import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShoalTag, parseShoalTag, SHOAL_TAG_LIMITS, type ShoalTag } from './shoal-tag.js';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index * 8);
const TAG: ShoalTag = {
  publicKey: KEY,
  name: 'The final, live',
  epoch: 3,
  records: 'records',
  trackers: ['wss://a.example/tracker', '/tracker'],
  rendition: 2,
  consentAssumed: true,
};
const LINE =
  '#EXT-X-SHOAL:VERSION=1,KEY="AAgQGCAoMDhASFBYYGhweICIkJigqLC4wMjQ2ODo8Pg",' +
  'NAME="The final, live",EPOCH=3,RENDITION=2,RECORDS="records",' +
  'TRACKER="wss://a.example/tracker /tracker",CONSENT=ASSUMED';

describe('the tag of a signed stream', () => {
  it('is written on one line and read back', () => {
    expect(formatShoalTag(TAG)).toBe(LINE);
    expect(parseShoalTag(LINE)).toEqual(TAG);
  });

  it('is found in a playlist with any line ending; the first one counts', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['#EXTM3U', '#EXT-X-VERSION:7', LINE, LINE.replace('EPOCH=3', 'EPOCH=4')];
      expect(parseShoalTag(text.join(end))?.epoch, JSON.stringify(end)).toBe(3);
    }
    expect(parseShoalTag('#EXTM3U\n#EXTINF:2,\na.ts')).toBeUndefined();
    expect(parseShoalTag(`#EXTM3U\n# ${LINE}`)).toBeUndefined();
  });

  it('needs only a key and a name', () => {
    const short = formatShoalTag({ publicKey: KEY, name: 'a', epoch: 0, trackers: [] });
    const bare = short.replace('VERSION=1,', '').replace(',EPOCH=0', '');
    const read = { publicKey: KEY, name: 'a', epoch: 0, trackers: [], consentAssumed: false };
    expect(parseShoalTag(bare)).toEqual(read);
  });

  it('ignores attributes that it does not know', () => {
    const line = LINE.replace('EPOCH', 'X-NEW="1,2",EPOCH').replace('ASSUMED', 'ASKED');
    expect(parseShoalTag(line)).toEqual({ ...TAG, consentAssumed: false });
  });

  it('is no tag when it is malformed or of a later version', () => {
    const bad = [
      LINE.replace('VERSION=1', 'VERSION=2'),
      LINE.replace('AAgQ', ''),
      LINE.replace('AAgQ', 'AAg+'),
      LINE.replace('NAME', 'CALLED'),
      LINE.replace('The final, live', ''),
      LINE.replace('EPOCH=3', 'EPOCH=-1'),
      LINE.replace('EPOCH=3', 'EPOCH=4294967296'),
      LINE.replace('EPOCH=3', 'EPOCH=soon'),
      LINE.replace('RENDITION=2', 'RENDITION=65536'),
      LINE.replace('RENDITION=2', 'RENDITION=1.5'),
      LINE.replace('"records"', '"a b"'),
      '#EXT-X-SHOAL:',
      '#EXT-X-SHOAL',
    ];
    for (const line of bad) expect(parseShoalTag(line), line).toBeUndefined();
  });

  it('is not written with what it cannot hold', () => {
    const { nameChars, trackers, urlChars } = SHOAL_TAG_LIMITS;
    const bad: Partial<ShoalTag>[] = [
      { publicKey: KEY.subarray(1) },
      { name: '' },
      { name: 'a "quoted" name' },
      { name: 'two\nlines' },
      { name: 'n'.repeat(nameChars + 1) },
      { epoch: 2 ** 32 },
      { rendition: -1 },
      { records: 'a b' },
      { records: 'u'.repeat(urlChars + 1) },
      { trackers: Array(trackers + 1).fill('/t') },
      { trackers: [''] },
    ];
    for (const change of bad) {
      const tag = { ...TAG, ...change };
      expect(() => formatShoalTag(tag), JSON.stringify(change)).toThrow('[media/playlist]');
    }
  });

  it('reads back whatever it writes, up to its limits', () => {
    const url = fc.webUrl().filter((text) => !text.includes('"'));
    const tags = fc.record({
      publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter(isName),
      epoch: fc.nat({ max: 0xffffffff }),
      records: fc.option(url, { nil: undefined }),
      trackers: fc.array(url, { maxLength: SHOAL_TAG_LIMITS.trackers }),
      rendition: fc.option(fc.nat({ max: 0xffff }), { nil: undefined }),
      consentAssumed: fc.boolean(),
    });
    fc.assert(
      fc.property(tags, (tag) => {
        expect(parseShoalTag(`#EXTM3U\r\n${formatShoalTag(tag)}\r\n`)).toEqual(tag);
      }),
      { seed: 5, numRuns: 300 },
    );
    const largest = {
      ...TAG,
      name: 'n'.repeat(SHOAL_TAG_LIMITS.nameChars),
      records: 'r'.repeat(SHOAL_TAG_LIMITS.urlChars),
      trackers: Array(SHOAL_TAG_LIMITS.trackers).fill('t'.repeat(SHOAL_TAG_LIMITS.urlChars)),
    };
    expect(parseShoalTag(formatShoalTag(largest))).toEqual(largest);
  });
});

function isName(name: string): boolean {
  return !/["\p{Cc}]/u.test(name);
}
