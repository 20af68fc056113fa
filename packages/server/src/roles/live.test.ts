import { execFile } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import { promisify } from 'node:util';
import { parseMediaPlaylist } from '@shoal/core/media';
import { FLAG } from '@shoal/core/wire';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  endBegun,
  has,
  LIVE_DEFAULTS,
  live,
  PICTURE,
  paths,
  playable,
  publish,
} from '../testing/publisher.js';
import { describes, getBytes, getRecords, getText, until } from '../testing/verifying.js';
import { brokenBoxes } from '../testing/whole-objects.js';
import { hasFfmpeg } from '../titles/ffmpeg.js';
import { startLive } from './live.js';

const TEST = { type: 'test', width: 160, height: 90 } as const;

beforeAll(async () => {
  if (!(await hasFfmpeg())) throw new Error('these tests need ffmpeg: apt install ffmpeg');
});
afterEach(endBegun);

describe('a test picture', () => {
  it('is a stream of parts, each signed as it is served, of the segments that it names', async () => {
    const { url } = await live({ input: TEST });
    const plain = await has(url('r0.m3u8'), /-1\.m4s/);
    const [first = ''] = /r0\/\S+-0\.m4s/.exec(plain) ?? [];
    const whole = await getBytes(url(first));
    const { tag, records } = await getRecords(url('r0.m3u8'), 0);
    const ofFirst = records.filter(({ record }) => record.sequence === 0);
    const parts = ofFirst.map(({ record }) => /URI="(r0\/\S+-0\.\d+\.m4s)"/.exec(record.hint)?.[1]);
    const bodies = await Promise.all(parts.map((path) => getBytes(url(path ?? ''))));
    expect(bodies.map((body, i) => describes(tag, ofFirst[i]!, body))).toEqual([
      ...bodies.map(() => true),
    ]);
    expect(Buffer.concat(bodies)).toEqual(whole);
    const isLast = ofFirst.map(({ record }) => (record.flags & FLAG.lastPart) !== 0);
    expect([isLast.length > 3, isLast.indexOf(true)]).toEqual([true, isLast.length - 1]);
    expect(ofFirst.map(({ record }) => record.part)).toEqual([...ofFirst.keys()]);
    expect(ofFirst.at(-1)?.record.hint.split('\n').at(-1)).toBe(first);
    expect(await getText(url('index.m3u8'))).toMatch(/CODECS="avc1\.\w{6},mp4a\.40\.2"/);
  });

  it('says in its records what its playlist says, and where the next part will be (REC13)', async () => {
    const { url } = await live({ input: TEST });
    await has(url('r0.m3u8'), /-1\.m4s/);
    const { records } = await getRecords(url('r0.m3u8'), 0);
    const text = await getText(url('r0.m3u8'));
    const said = records.flatMap(({ record }) => record.hint.split('\n'));
    const isHint = (line: string): boolean => line.startsWith('#EXT-X-PRELOAD-HINT:');
    for (const line of said.filter((one) => !isHint(one))) expect(text).toContain(`${line}\n`);
    const named = (tag: string) =>
      said.filter((line) => line.startsWith(tag)).map((line) => /URI="([^"]*)/.exec(line)?.[1]);
    const parts = named('#EXT-X-PART:');
    expect(named('#EXT-X-PRELOAD-HINT:').slice(0, -1)).toEqual(parts.slice(1));
    expect(parts).toHaveLength(records.length);
  });

  it('answers a blocking reload when its part is there, and refuses what is too far', async () => {
    const { url } = await live({ input: TEST });
    await has(url('r0.m3u8'), /-0\.m4s/);
    const held = await getText(url('r0.m3u8?_HLS_msn=2&_HLS_part=1'));
    expect(held).toMatch(/URI="r0\/\S+-2\.1\.m4s"/);
    const status = async (query: string) => (await fetch(url(`r0.m3u8?${query}`))).status;
    expect(await status('_HLS_msn=99')).toBe(400);
    expect(await status('_HLS_part=1')).toBe(400);
    expect(await status('_HLS_msn=x')).toBe(400);
  });

  it('holds a request for the part that it hints at', async () => {
    const { url } = await live({ input: TEST });
    const text = await has(url('r0.m3u8'), /PRELOAD-HINT/);
    const [, hint = ''] = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text) ?? [];
    expect((await getBytes(url(hint))).subarray(4, 8).toString()).toBe('moof');
  });

  it('comes in several qualities whose segments begin at the same moments', async () => {
    const { url } = await live({ input: TEST, ladder: [90, 72] });
    const texts = await Promise.all([0, 1].map((i) => has(url(`r${i}.m3u8`), /-1\.m4s/)));
    const times = texts.map((text) => text.match(/^#EXTINF:.*$/gm)?.slice(0, 1));
    expect(times[0]).toEqual(times[1]);
    expect(await getText(url('index.m3u8'))).toMatch(
      /RESOLUTION=160x90(?:.*\n)*.*RESOLUTION=128x72/,
    );
    expect(await getText(url('r0.m3u8'))).toContain('#EXT-X-RENDITION-REPORT:URI="r1.m3u8"');
  });
});

describe('publishers by RTMP', () => {
  it('come back to the same stream, with a discontinuity on one timeline', async () => {
    const { server, url, key } = await live({});
    await publish(server, key, 3).ended;
    await publish(server, key, 3).ended;
    const text = await has(url('r0.m3u8'), /DISCONTINUITY\n(?:.*\n)*.*m4s/);
    const bodies = await Promise.all(paths(text).map((path) => getBytes(url(path))));
    const starts = bodies.map(decodeTime);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('with a wrong key, or one in use, are refused', async () => {
    const { server, url, key } = await live({});
    expect(await publish(server, 'not-a-key', 2).ended).not.toBe(0);
    const first = publish(server, key, 20);
    await until(() => first.child.exitCode === null && playable(url('r0.m3u8')));
    expect(await publish(server, key, 2).ended).not.toBe(0);
    expect(first.child.exitCode).toBeNull();
  });

  it('give way to the next with their key when they have fallen silent', async () => {
    const { server, url, key } = await live({});
    const first = publish(server, key, 60);
    await until(() => playable(url('r0.m3u8')));
    first.child.kill('SIGSTOP');
    await until(async () => (await publish(server, key, 2).ended) === 0);
    await has(url('r0.m3u8'), /DISCONTINUITY/);
  });

  it('with a picture alone are seen', async () => {
    const { server, url, key } = await live({});
    await publish(server, key, 4, PICTURE).ended;
    await has(url('r0.m3u8'), /-0\.m4s/);
    expect(await getText(url('index.m3u8'))).toMatch(/CODECS="avc1\.\w{6}"/);
  });

  it('that stay away end the stream: what is there is a title', async () => {
    const { server, url, key } = await live({ live: { endAfterMs: 100 } });
    await publish(server, key, 3).ended;
    const text = await has(url('r0.m3u8'), /ENDLIST/);
    expect(text).toContain('#EXT-X-PLAYLIST-TYPE:VOD');
    await publish(server, key, 3).ended;
    const again = await has(url('r0.m3u8'), /-0\.m4s/);
    expect(paths(again)[0]).not.toBe(paths(text)[0]);
  });
});

describe('an encrypted stream', () => {
  it('is whole segments that peers carry as ciphertext, with keys that change', async () => {
    // ffprobe reads to the end.
    const config = { segmentMs: 1000, partMs: 500, rotateKeysMs: 2000, endAfterMs: 1000 };
    const { server, url, key } = await live({ live: config });
    await publish(server, key, 5).ended;
    const text = await has(url('r0.m3u8'), /-3\.m4s/);
    expect(text).not.toMatch(/EXT-X-PART|PRELOAD-HINT/);
    expect(text.indexOf('#EXT-X-MAP')).toBeLessThan(text.indexOf('METHOD=AES-128'));
    const { segments } = parseMediaPlaylist(text);
    const { tag, records } = await getRecords(url('r0.m3u8'), 0);
    const uris = new Set<string>();
    for (const [i, { uri, keyTags, mapKeyTags }] of segments.entries()) {
      const [, keyUri = '', iv = ''] = /URI="([^"]+)",IV=0x(\w{32})$/.exec(keyTags[0]!) ?? [];
      uris.add(keyUri);
      const answer = await fetch(url(keyUri));
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const secret = Buffer.from(await answer.arrayBuffer());
      const bytes = await getBytes(url(uri));
      expect(describes(tag, records[i]!, bytes)).toBe(true);
      const decipher = createDecipheriv('aes-128-cbc', secret, Buffer.from(iv, 'hex'));
      const plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
      expect([brokenBoxes(plain), mapKeyTags]).toEqual([undefined, []]);
    }
    expect(uris.size).toBeGreaterThan(1);
    expect((await fetch(url([...uris].at(-1)!.replace(/\d+\.key$/, '999.key')))).status).toBe(404);
    const { stdout, stderr } = await promisify(execFile)('ffprobe', [
      ...['-v', 'error', '-count_packets', '-select_streams', 'v'],
      ...['-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', '-read_intervals', '%+3'],
      url('index.m3u8'),
    ]);
    expect([Number.parseInt(stdout, 10) > 60, stderr]).toEqual([true, '']);
  });
});

describe('the door', () => {
  it('keeps its keys', async () => {
    const one = await live({ streams: [{ name: 'stage', key: 'a-key-of-my-own' }] });
    expect(one.server.keys.get('stage')).toBe('a-key-of-my-own');
    expect(one.server.banner).toContain('a-key-of-my-own');
  });

  it.each([
    [{ streams: [{ name: 'a', key: 'short' }] }, /10 to 79/],
    [
      {
        streams: [
          { name: 'a', key: 'the-same-key' },
          { name: 'b', key: 'the-same-key' },
        ],
      },
      /same key/,
    ],
    [{ live: { partMs: 50 } }, /a part lasts/],
    [{ live: { segmentMs: 100 } }, /a segment lasts/],
    [{ live: { rotateKeysMs: 100 } }, /a key lasts/],
    [{ streams: [{ name: 'a' }, { name: 'a' }] }, /"a" already/],
    [{ live: { windowMs: 3_600_000 } }, /needs disk: say how much/],
  ])('refuses %j', async (options, sentence) => {
    await expect(startLive({ ...LIVE_DEFAULTS, ...options })).rejects.toThrow(sentence);
  });

  it('has no segments for who asks before anybody publishes', async () => {
    const { url, server } = await live({});
    expect((await fetch(url('r0.m3u8'))).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  });
});

/** Of the first fragment, in seconds of whatever its first track counts. */
function decodeTime(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8));
}
