/** The origin's pure parts: playlists, ranges, counters, stamps, and what a whole server counts. */

import { expect, test } from 'vitest';
import { readStamp, stampSegment } from './boxes.mjs';
import { Counters, clientOf } from './counters.mjs';
import { Origin } from './origin.mjs';
import { livePlaylist, newestSegment } from './playlists.mjs';
import { rangeOf } from './sending.mjs';

const segment = Buffer.concat([
  Buffer.from([0, 0, 0, 16]),
  Buffer.from('stypmsdh\0\0\0\0'),
  Buffer.from([0, 0, 0, 8]),
  Buffer.from('moof'),
]);

function rendition() {
  const segments = Array.from({ length: 40 }, () => Buffer.alloc(1000, 7));
  return { name: '600', init: Buffer.alloc(10), segments, durations: segments.map(() => 2) };
}

test('a stamp stands behind styp and reads back', () => {
  const stamped = stampSegment(segment, '600:17');
  expect(readStamp(stamped)).toBe('600:17');
  expect(stamped.toString('latin1', 4, 8)).toBe('styp');
  expect(stamped.length).toBe(segment.length + 40);
  expect(readStamp(segment)).toBeUndefined();
});

test('the live window ends at the newest complete segment', () => {
  const channel = { startMs: 1000, segmentSec: 2, count: 40, window: 4 };
  expect(newestSegment(1000 + 20_000, channel)).toBe(9);
  expect(newestSegment(1000 + 19_999, channel)).toBe(8);
  expect(newestSegment(1000 + 900_000, channel)).toBe(39);
  const text = livePlaylist(rendition(), 21_000, channel);
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:6\n');
  expect(text).toContain('#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:13.000Z\n');
  expect(text.match(/s\d+\.m4s/g)).toEqual(['s6.m4s', 's7.m4s', 's8.m4s', 's9.m4s']);
});

test.each([
  ['bytes=0-9', { from: 0, to: 9 }],
  ['bytes=90-', { from: 90, to: 99 }],
  ['bytes=-5', { from: 95, to: 99 }],
  ['bytes=50-500', { from: 50, to: 99 }],
  ['bytes=100-', 'bad'],
  ['bytes=9-3', 'bad'],
  ['bytes=-', undefined],
  ['lines=1-2', undefined],
  [undefined, undefined],
])('range %s of 100 bytes', (header, expected) => {
  expect(rangeOf(header, 100)).toEqual(expected);
});

test('viewers, the signer and others are told apart by User-Agent', () => {
  expect(clientOf('Mozilla/5.0 bench-viewer/12')).toBe('v12');
  expect(clientOf('shoal/0.1.0')).toBe('signer');
  expect(clientOf('curl/8')).toBe('other');
  expect(clientOf(undefined)).toBe('other');
});

test('bytes of a cut answer count as far as they went, and the signer stays apart', () => {
  const counters = new Counters();
  const ask = { kind: 'media', key: '600:3', size: 1000, startedMs: 0 };
  const cut = counters.begin({ ...ask, client: 'v1' });
  cut.sent(400);
  counters.begin({ ...ask, client: 'signer' }).sent(1000);
  const { clients, segments, log } = counters.snapshot();
  expect(segments['600:3']).toEqual({ size: 1000, viewers: 400, signer: 1000, other: 0 });
  expect(clients.v1.media).toEqual({ requests: 1, bytes: 400 });
  expect(log).toHaveLength(2);
});

test('the server serves ranges, hides what is not live yet, and fails when asked to', async () => {
  const clip = { segmentSec: 2, renditions: [rendition()] };
  const fault = { fromSec: 0, toSec: 60, status: 503 };
  const options = { clip, stream: 'live', window: 4, startMs: Date.now() - 20_500, fault };
  const origin = new Origin(options);
  const server = origin.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const get = (path, headers) =>
    fetch(`http://127.0.0.1:${server.address().port}/live/${path}`, { headers });
  const viewer = { 'user-agent': 'x bench-viewer/1' };
  const part = await get('s9.m4s', { ...viewer, range: 'bytes=10-19' });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
  expect((await get('s10.m4s', viewer)).status).toBe(404);
  origin.runStarts(Date.now());
  expect((await get('s9.m4s', viewer)).status).toBe(503);
  expect((await get('s9.m4s', { 'user-agent': 'shoal' })).status).toBe(200);
  server.closeAllConnections();
  server.close();
  expect(origin.snapshot().segments['600:9'].viewers).toBeGreaterThanOrEqual(10);
});
