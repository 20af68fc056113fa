import { once } from 'node:events';
import { createTracker } from '@shoal/core/tracker';
import { decodeFromTracker, encodeToTracker, type FromTracker, type Join } from '@shoal/core/wire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpServer, startHttp } from '../http/server.js';
import { createLog } from '../telemetry/log.js';
import { createMeters } from '../telemetry/meters.js';
import { until } from '../testing/verifying.js';
import { DEFAULT_TRACKER_SOCKETS } from './config.js';
import { startTracker, type TrackerServer } from './server.js';

const STREAM = new Uint8Array(32).fill(5);
const SECRET_KEY = Buffer.alloc(32, 9);
const open: { close(): unknown }[] = [];
let tracker: TrackerServer;
let http: HttpServer;

async function begin(config = DEFAULT_TRACKER_SOCKETS): Promise<void> {
  const log = createLog('silent');
  const meters = createMeters();
  const now = (): number => performance.now();
  const machine = createTracker({ seed: 1, now: now() });
  tracker = startTracker({ machine, secretKey: SECRET_KEY, now, log, meters, config });
  tracker.feed({ type: 'stream', streamId: STREAM, epoch: 1 });
  const upgrades = { tracker: tracker.upgrade };
  http = await startHttp({ host: '127.0.0.1', port: 0 }, { routes: [], upgrades, log, meters });
}

beforeEach(() => begin());
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  tracker.close();
  await http.close();
});

interface Client {
  readonly socket: WebSocket;
  readonly got: FromTracker[];
}

async function client(): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${http.port}/tracker`);
  const got: FromTracker[] = [];
  socket.on('message', (data: Buffer) => got.push(decodeFromTracker(data)));
  socket.on('error', () => {});
  open.push(socket);
  await once(socket, 'open');
  return { socket, got };
}

const join = (more: Partial<Join> = {}): Uint8Array =>
  encodeToTracker({
    type: 'join',
    version: 1,
    versionMin: 1,
    streamId: STREAM,
    epoch: 1,
    resume: undefined,
    uploads: true,
    uplink: 0,
    token: '',
    ...more,
  });

async function welcomed(more: Partial<Join> = {}) {
  const one = await client();
  one.socket.send(join(more));
  await until(() => one.got.length > 0);
  const first = one.got[0];
  if (first?.type !== 'welcome') throw new Error(`not welcomed but ${first?.type}`);
  return { ...one, welcome: first };
}

it('welcomes a peer, and counts it', async () => {
  const { welcome } = await welcomed();
  expect(welcome.peer).toMatch(/^[0-9a-f]{16}$/);
  expect(welcome.secret.length).toBe(16);
  expect(tracker.snapshot()).toMatchObject({ connections: 1, peers: 1 });
});

it('introduces two peers of a stream', async () => {
  const [a, b] = [await welcomed(), await welcomed()];
  for (const { socket } of [a, b]) {
    const renditions = [{ rendition: 0, playhead: 0, live: true }];
    socket.send(encodeToTracker({ type: 'follow', renditions }));
  }
  const met = ({ got }: Client) => got.find(({ type }) => type === 'introduce');
  await until(() => met(a) !== undefined && met(b) !== undefined);
  expect(met(a)).toMatchObject({ peer: b.welcome.peer });
  expect(met(b)).toMatchObject({ peer: a.welcome.peer });
});

it('resumes a session after a restart, for the owner of its secret alone', async () => {
  const { welcome } = await welcomed();
  tracker.close();
  await http.close();
  await begin();
  const { peer, secret } = welcome;
  expect((await welcomed({ resume: { peer, secret } })).welcome.peer).toBe(peer);
  const forged = { peer: 'aaaaaaaaaaaaaaaa', secret };
  expect((await welcomed({ resume: forged })).welcome.peer).not.toBe(forged.peer);
});

it('refuses a stream that is not served here', async () => {
  const one = await client();
  one.socket.send(join({ streamId: new Uint8Array(32) }));
  await once(one.socket, 'close');
  expect(one.got).toMatchObject([{ type: 'refused', why: 'stream' }]);
});

it.each([
  ['an unknown message', Buffer.from([0xff, 1, 2, 3])],
  ['an empty frame', Buffer.alloc(0)],
  ['a truncated message', Buffer.from(join()).subarray(0, 20)],
  ['a message that goes on', Buffer.concat([join(), Buffer.alloc(5)])],
  ['a frame beyond all limits', Buffer.alloc(9000)],
])('closes on %s, and the others stay', async (_what, frame) => {
  const other = await welcomed();
  const bad = await client();
  bad.socket.send(frame);
  await once(bad.socket, 'close');
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
  expect(tracker.snapshot().peers).toBe(1);
});

it('closes on text', async () => {
  const bad = await client();
  bad.socket.send('hello');
  const [code] = await once(bad.socket, 'close');
  expect(code).toBe(1008);
});

it('turns away more sockets than it can hold', async () => {
  tracker.close();
  await http.close();
  await begin({ ...DEFAULT_TRACKER_SOCKETS, socketsMax: 1 });
  await client();
  const second = new WebSocket(`ws://127.0.0.1:${http.port}/tracker`);
  const [error] = await once(second, 'error');
  expect(String(error)).toContain('503');
});

it('closes a socket that no longer answers', async () => {
  tracker.close();
  await http.close();
  await begin({ ...DEFAULT_TRACKER_SOCKETS, pingMs: 30 });
  const socket = new WebSocket(`ws://127.0.0.1:${http.port}/tracker`, { autoPong: false });
  open.push(socket);
  await once(socket, 'open');
  const [code] = await once(socket, 'close');
  expect(code).toBe(1006);
  await until(() => tracker.snapshot().connections === 0);
});
