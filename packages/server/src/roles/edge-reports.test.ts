import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENTS_BYTES_MAX, EVENTS_MAX } from '../edge/cmcd-events.js';
import { held, noise, startTwin, type Twin } from '../testing/twin.js';
import { type RunningEdge, startEdge } from './edge.js';

const BODY = noise(50_000, 7);
let folder: string;
let twin: Twin;
let edge: RunningEdge;
let open = true;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-log-'));
  twin = await startTwin();
  twin.put('/tv/s1.m4s', BODY);
  edge = await startEdge({
    host: '127.0.0.1',
    port: 0,
    origins: [twin.url],
    parents: [],
    cacheBytesMax: 64 * 1024 * 1024,
    drainMs: 60_000,
    logLevel: 'silent',
    accessLog: join(folder, 'access.jsonl'),
  });
  open = true;
});
afterEach(async () => {
  if (open) await edge.close();
  await twin.close();
  await rm(folder, { recursive: true });
});

/** Closes the edge, and reads what it has written. */
async function lines(): Promise<readonly Record<string, unknown>[]> {
  open = false;
  await edge.close();
  const text = await readFile(join(folder, 'access.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const url = (target: string) => `http://127.0.0.1:${edge.port}${target}`;
const PLAIN = (target: string) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const report = encodeURIComponent('br=3200,cid="film",sid="private"');
const metrics = async () => (await fetch(url('/metrics'))).text();

describe('the access log', () => {
  it('has a line for each request, on the fast lane and by the parser', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    for (let i = 0; i < 2; i += 1) {
      socket.write(PLAIN(`/tv/s1.m4s?CMCD=${report}`));
      let got = 0;
      while (got < BODY.length) got += ((await once(socket, 'data'))[0] as Buffer).length;
    }
    socket.destroy();
    await (await fetch(url('/tv/s1.m4s'), { headers: { range: 'bytes=0-9' } })).arrayBuffer();
    await (await fetch(url('/none.m4s'), { method: 'HEAD' })).arrayBuffer();
    const all = [...(await lines())].sort((a, b) => Number(a.status) - Number(b.status));
    expect(all.map(({ method, target, status, bytes }) => [method, target, status, bytes])).toEqual(
      [
        ['GET', '/tv/s1.m4s', 200, BODY.length],
        ['GET', '/tv/s1.m4s', 200, BODY.length],
        ['GET', '/tv/s1.m4s', 206, 10],
        ['HEAD', '/none.m4s', 404, 0],
      ],
    );
    expect(all[0]).toMatchObject({ network: '127.0.0.0/24', cache: 'fwd=miss; fwd-status=200' });
    expect(all[1]?.cache).toContain('hit');
    expect(all[2]?.cache).toContain('hit');
    expect(JSON.stringify(all)).not.toContain('private');
  });

  it('says when a viewer left before the end', async () => {
    const { behaviour, release } = held();
    twin.behave('/tv/s1.m4s', behaviour);
    const fast = connect(edge.port, '127.0.0.1');
    fast.write(PLAIN('/tv/s1.m4s'));
    await once(fast, 'data');
    const slow = connect(edge.port, '127.0.0.1');
    slow.write(PLAIN('/tv/s1.m4s').replace('Host', 'X-Any: 1\r\nHost'));
    await once(slow, 'data');
    fast.destroy();
    slow.destroy();
    // The edge is closed once both connections are, and the object has not come by then.
    const all = await lines();
    release();
    expect(all).toHaveLength(2);
    for (const line of all) expect(line).toMatchObject({ status: 200, cut: true });
  });
});

describe('reports of players', () => {
  it('are no part of the key, and are counted by stream', async () => {
    for (const more of ['', `?CMCD=${report}`, `?CMCD=br%3D1%2Ccid%3D%22film%22`, '?CMCD=%zz']) {
      await (await fetch(url(`/tv/s1.m4s${more}`))).arrayBuffer();
    }
    await (await fetch(url(`/tv/s1.m4s?a=1&CMCD=${report}&b=2`))).arrayBuffer();
    expect(twin.asked).toEqual(['/tv/s1.m4s', '/tv/s1.m4s?a=1&b=2']);
    const text = await metrics();
    expect(text).toContain('shoal_cmcd_reports_total{stream="film"} 3');
    expect(text).toContain('shoal_cmcd_unread_total{why="malformed"} 1');
  });

  it('come in headers too, which make one report together', async () => {
    const headers = { 'CMCD-Object': 'br=3200', 'CMCD-Session': 'cid="head"', 'CMCD-Status': 'bs' };
    await (await fetch(url('/tv/s1.m4s'), { headers })).arrayBuffer();
    const text = await metrics();
    expect(text).toContain('shoal_cmcd_starvations_total{stream="head"} 1');
    expect(text).toContain('shoal_cmcd_bitrate_kbps_sum{stream="head"} 3200');
  });

  it('come apart from requests, several in one body, from any page', async () => {
    const preflight = await fetch(url('/api/cmcd'), { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const answer = await post('v=2,e=ps,sta=p,cid="ev"\nv=2,e=t,bl=(900;v),cid="ev"\n');
    expect(answer.status).toBe(204);
    expect(await metrics()).toContain('shoal_cmcd_reports_total{stream="ev"} 2');
  });

  it.each([
    ['too many', 'v=2\n'.repeat(EVENTS_MAX + 1), 'application/cmcd', 413],
    ['too long', 'x'.repeat(EVENTS_BYTES_MAX + 1), 'application/cmcd', 413],
    ['of another type', 'v=2', 'text/plain', 415],
  ])('%s are refused', async (_what, body, type, status) => {
    expect((await post(body, type)).status).toBe(status);
  });

  const post = (body: string, type = 'application/cmcd') =>
    fetch(url('/api/cmcd'), { method: 'POST', headers: { 'content-type': type }, body });
});
