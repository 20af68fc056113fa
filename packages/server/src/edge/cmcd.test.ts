import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMeters, type Meters } from '../telemetry/meters.js';
import { type Cmcd, createCmcd, REPORT_CHARS_MAX, REPORTS_PER_SEC_MAX } from './cmcd.js';
import { REPORTED_STREAMS_MAX, STREAM_LABEL_CHARS_MAX } from './cmcd-meters.js';

let meters: Meters;
let clock: number;
let cmcd: Cmcd;

beforeEach(() => {
  meters = createMeters();
  clock = 0;
  cmcd = createCmcd(meters, () => clock);
});

/** The lines of the metrics that begin so, without the prefix of all. */
async function told(begin: string): Promise<readonly string[]> {
  const lines = (await meters.text()).split('\n');
  return lines
    .filter((line) => line.startsWith(`shoal_cmcd_${begin}`))
    .map((line) => line.slice('shoal_cmcd_'.length));
}

describe('a report', () => {
  it('of version 1 is counted for its content', async () => {
    cmcd.take('bl=21300,br=3200,bs,cid="film",d=4004,mtp=25400,ot=v,sf=h,sid="s",su', '/x/s1.m4s');
    expect(await told('reports_total')).toEqual(['reports_total{stream="film"} 1']);
    expect(await told('starvations_total')).toEqual(['starvations_total{stream="film"} 1']);
    expect(await told('startup_requests_total')).toEqual([
      'startup_requests_total{stream="film"} 1',
    ]);
    expect(await told('bitrate_kbps_sum')).toEqual(['bitrate_kbps_sum{stream="film"} 3200']);
    expect(await told('buffer_ms_sum')).toEqual(['buffer_ms_sum{stream="film"} 21300']);
  });

  it('of version 2 has figures a track', async () => {
    cmcd.take('v=2,br=(128;a 5000;v),bl=(900;a 2100;v),msd=1200,e=e,cid="film"');
    expect(await told('bitrate_kbps_sum')).toEqual(['bitrate_kbps_sum{stream="film"} 5000']);
    expect(await told('buffer_ms_sum')).toEqual(['buffer_ms_sum{stream="film"} 2100']);
    expect(await told('start_ms_sum')).toEqual(['start_ms_sum{stream="film"} 1200']);
    expect(await told('errors_total')).toEqual(['errors_total{stream="film"} 1']);
  });

  it('without a content id counts for the folder of what was asked', async () => {
    cmcd.take('br=1', '/live/tv/s1.m4s?x=/a/b');
    cmcd.take('v=2,e=rr,url="https://edge.example/live/tv/s2.m4s",rc=200');
    cmcd.take('br=1');
    expect(await told('reports_total')).toEqual([
      'reports_total{stream="/live/tv/"} 2',
      'reports_total{stream="other"} 1',
    ]);
  });

  it('of audio says nothing of the bitrate of video', async () => {
    cmcd.take('br=128,ot=a,cid="x"');
    expect(await told('bitrate_kbps_count')).toEqual([]);
  });

  it.each([
    'br=(((',
    'br="a',
    '__proto__=1',
    '%zz',
    '\u0000',
    'br=99999999999999999999',
    'a,'.repeat(500),
  ])('%j is not read', async (text) => {
    cmcd.take(text);
    expect(await told('unread_total')).toEqual(['unread_total{why="malformed"} 1']);
  });

  it('with figures that cannot be is read without them', async () => {
    cmcd.take('br=-1,bl=?1,msd="now",cid="x"');
    cmcd.take('br=999999999999,cid="x"');
    expect(await told('bitrate_kbps_sum')).toEqual(['bitrate_kbps_sum{stream="x"} 10000000']);
    expect(await told('buffer_ms_count')).toEqual([]);
  });

  it('is taken without a throw, whatever it is', () => {
    const piece = fc.constantFrom(
      'br=',
      '1',
      ',',
      '(',
      ')',
      ';',
      '"',
      'cid=',
      'v=2',
      '?0',
      ' ',
      'a',
      '\\',
    );
    const any = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(any, any, (report, target) => cmcd.take(report, target)),
      {
        numRuns: 1000,
      },
    );
  });
});

describe('limits', () => {
  it('a long report is not read', async () => {
    cmcd.take(`cid="${'x'.repeat(REPORT_CHARS_MAX)}"`);
    expect(await told('unread_total')).toEqual(['unread_total{why="length"} 1']);
  });

  it('more reports than may be read in a second wait for the next', async () => {
    for (let i = 0; i < REPORTS_PER_SEC_MAX + 5; i += 1) cmcd.take('cid="x"');
    clock = 1000;
    cmcd.take('cid="x"');
    expect(await told('unread_total')).toEqual(['unread_total{why="rate"} 5']);
    expect(await told('reports_total')).toEqual([
      `reports_total{stream="x"} ${REPORTS_PER_SEC_MAX + 1}`,
    ]);
  });

  it('further streams share their figures, and take the place of one long silent', async () => {
    for (let i = 0; i < REPORTED_STREAMS_MAX + 3; i += 1) cmcd.take(`cid="s${i}"`);
    const all = await told('reports_total');
    expect(all).toHaveLength(REPORTED_STREAMS_MAX + 1);
    expect(all).toContain('reports_total{stream="other"} 3');
    clock = 400_000;
    for (let i = 1; i < REPORTED_STREAMS_MAX; i += 1) cmcd.take(`cid="s${i}"`);
    clock = 700_000;
    cmcd.take('cid="fresh"');
    cmcd.take('cid="late"');
    const later = await told('reports_total');
    expect(later).toHaveLength(REPORTED_STREAMS_MAX + 1);
    expect(later).toContain('reports_total{stream="fresh"} 1');
    expect(later).toContain('reports_total{stream="other"} 4');
    expect(later.some((line) => line.includes('"s0"'))).toBe(false);
  });

  it('a long or strange name is cut', async () => {
    cmcd.take('br=1', `/é"${'x'.repeat(200)}/s1`);
    const [line] = await told('reports_total');
    expect(line).toContain(`stream="/?\\"${'x'.repeat(STREAM_LABEL_CHARS_MAX - 3)}"`);
  });
});
