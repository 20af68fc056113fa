import { afterEach, expect, it } from 'vitest';
import { brokenChanges, brokenRules } from '../../../core/src/media/live/hls-rules.fixture.js';
import { endBegun, has, live, publish } from '../testing/publisher.js';
import { getText } from '../testing/verifying.js';

afterEach(endBegun, 60_000);

it('playlists keep every rule of the draft while a publisher comes, goes and comes again', async () => {
  const config = { segmentMs: 1000, partMs: 250, endAfterMs: 4000 };
  const { server, url, key } = await live({ ladder: [90, 72], live: config });
  const base = url('');
  const first = publish(server, key, 6);
  await has(url('r1.m3u8'), /m4s/);
  const walks = [0, 1].map((rendition) => walk(base, rendition));
  await first.ended;
  await publish(server, key, 5).ended;
  for (const { broken, answers, hints, updates, discontinuities } of await Promise.all(walks)) {
    expect(broken).toEqual([]);
    // That the walk saw what it is for.
    expect([answers > 20, hints > 20, updates > 0, discontinuities]).toEqual([true, true, true, 1]);
  }
  expect(brokenMultivariant(await getText(url('index.m3u8')))).toEqual([]);
});

it('the walk sees an update that is not the playlist, and a variant without its bandwidth', () => {
  const full = '#EXTM3U\n#EXTINF:1,\n0.m4s\n#EXTINF:1,\n1.m4s\n';
  const update = '#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n#EXTINF:1,\n1.m4s\n';
  expect(brokenUpdate(full, update)).toBeUndefined();
  expect(brokenUpdate(full, update.replace('=1', '=2'))).toMatch(/6\.2\.5\.1/);
  expect(brokenUpdate(full, update.replace('1.m4s', '2.m4s'))).toMatch(/6\.2\.5\.1/);
  expect(brokenMultivariant('#EXTM3U\n#EXT-X-STREAM-INF:CODECS="a"\nr0.m3u8\n')).not.toEqual([]);
});

interface Walk {
  readonly broken: readonly string[];
  readonly answers: number;
  readonly hints: number;
  readonly updates: number;
  readonly discontinuities: number;
}

/** Follows one rendition as a player of low latency does, until it has ended. */
async function walk(base: string, rendition: number): Promise<Walk> {
  const url = `${base}r${rendition}.m3u8`;
  const broken: string[] = [];
  const say = (sentence: string | undefined): void => void (sentence && broken.push(sentence));
  const promised = new Map<string, Promise<number>>();
  let [answers, updates] = [0, 0];
  let text = await getText(url);
  while (!text.includes('#EXT-X-ENDLIST')) {
    const before = text;
    const { sequence, part } = nextOf(before);
    const answer = await fetch(`${url}?_HLS_msn=${sequence}&_HLS_part=${part}`);
    text = await answer.text();
    answers += 1;
    // A programme that has ended has neither what was asked for nor parts.
    if (text.includes('#EXT-X-ENDLIST')) break;
    // Nobody publishes for a while.
    if (answer.status === 503) text = await getText(url);
    else if (answer.status !== 200) say(`6.2.5.2: HTTP ${answer.status} for ${sequence}.${part}`);
    else if (!includes(text, sequence, part)) say(`6.2.5.2: ${sequence}.${part} is not there`);
    broken.push(...brokenRules(text), ...brokenChanges(before, text));
    const tooFar = await fetch(`${url}?_HLS_msn=${sequence + 4}`);
    if (tooFar.status !== 400) say(`6.2.5.2: HTTP ${tooFar.status} for what is too far`);
    const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1];
    if (hint === undefined) say('4.4.5.3: no hint');
    else if (!promised.has(hint)) promised.set(hint, statusOf(new URL(hint, url).href));
    const [update, again] = [await getText(`${url}?_HLS_skip=YES`), await getText(url)];
    if (!update.includes('SKIPPED')) continue;
    // Of the same moment, or there is nothing to compare.
    if (again !== text) continue;
    updates += 1;
    say(brokenUpdate(again, update));
    for (const sentence of await brokenReports(again, url)) say(sentence);
  }
  const statuses = await Promise.all(promised.values());
  const came = statuses.filter((status) => status === 200).length;
  // A hint is a guess where a segment may end, and where a publisher goes.
  if (came < 0.9 * statuses.length) say(`4.4.5.3: ${came} of ${statuses.length} hints came`);
  const discontinuities = text.match(/^#EXT-X-DISCONTINUITY$/gm)?.length ?? 0;
  return { broken, answers, hints: came, updates, discontinuities };
}

/** The part after the last one. */
function nextOf(text: string): { readonly sequence: number; readonly part: number } {
  const { last, open } = standing(text);
  return { sequence: last + 1, part: open };
}

function standing(text: string): { readonly last: number; readonly open: number } {
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
  const segments = text.match(/^[^#\n]+\.m4s$/gm)?.length ?? 0;
  const tail = text.slice(text.lastIndexOf('.m4s\n') + 5);
  return { last: first + segments - 1, open: tail.match(/^#EXT-X-PART:/gm)?.length ?? 0 };
}

function includes(text: string, sequence: number, part: number): boolean {
  const { last, open } = standing(text);
  return last >= sequence || (last + 1 === sequence && open > part);
}

/** Section 6.2.5.1: with what was skipped put back, an update is the playlist. */
function brokenUpdate(full: string, update: string): string | undefined {
  const [head = '', skip, rest = ''] = update.split(/(#EXT-X-SKIP:SKIPPED-SEGMENTS=\d+\n)/);
  const skipped = Number(skip?.match(/\d+/)?.[0]);
  const segments = (text: string): number => text.match(/^[^#\n]+$/gm)?.length ?? 0;
  if (!full.endsWith(rest)) return '6.2.5.1: an update that is not the playlist';
  if (segments(full) !== skipped + segments(rest)) return `6.2.5.1: ${skipped} were not skipped`;
  const plain = (text: string): string => text.replace(/^#EXT-X-VERSION:\d+$/m, '');
  return plain(full).startsWith(plain(head)) ? undefined : '6.2.5.1: an update of another head';
}

/** Section 4.4.5.4: what is reported of another rendition is there. */
async function brokenReports(text: string, url: string): Promise<readonly string[]> {
  const broken: string[] = [];
  const reports = [
    ...text.matchAll(/RENDITION-REPORT:URI="([^"]+)",LAST-MSN=(\d+)(?:,LAST-PART=(\d+))?/g),
  ];
  if (reports.length !== 1) broken.push(`4.4.5.4: ${reports.length} reports`);
  for (const [, uri = '', sequence, part] of reports) {
    const other = await getText(new URL(uri, url).href);
    if (!includes(other, Number(sequence), Number(part ?? 0))) {
      broken.push(`4.4.5.4: ${uri} does not have ${sequence}.${part}`);
    }
  }
  return broken;
}

/** Sections 4.4.6.2 and 8. */
function brokenMultivariant(text: string): readonly string[] {
  const broken: string[] = [];
  const variants = [...text.matchAll(/^#EXT-X-STREAM-INF:(.*)\n(.*)$/gm)];
  if (variants.length === 0) broken.push('4.4.6.2: no variants');
  for (const [, attributes = '', uri = ''] of variants) {
    if (!/(?:^|,)BANDWIDTH=[1-9]\d*/.test(attributes)) broken.push('4.4.6.2: no BANDWIDTH');
    if (!/CODECS="avc1\.\w{6},mp4a\.40\.2"/.test(attributes)) broken.push('4.4.6.2: no CODECS');
    if (!/RESOLUTION=\d+x\d+/.test(attributes)) broken.push('4.4.6.2: no RESOLUTION');
    if (!/^r\d\.m3u8$/.test(uri)) broken.push(`4.4.6.2: ${uri} after a variant`);
  }
  return broken;
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
}
