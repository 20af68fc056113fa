import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { DEFAULT_ROUTER, Router, readPrefixes } from '@shoal/core/router';
import { Ms } from '@shoal/core/units';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isWell, startChecks } from '../router/checks.js';
import { readRouterFile } from '../router/config.js';
import { createLog } from '../telemetry/log.js';
import { type RunningRouter, startRouter } from './router.js';

const YAML = `
edges:
  - { id: o1, url: "http://127.0.0.1:1001", place: oslo }
  - { id: b1, url: "http://127.0.0.1:1002", place: berlin }
prefixes: places.txt
steering: { base: o1 }
checks: { every: 3600 }
`;
const PLACES = '192.0.2.0/24 oslo\n198.51.100.0/24 berlin\n127.0.0.0/8 oslo\n';
let router: RunningRouter;

beforeEach(async () => {
  router = await startRouter({
    host: '127.0.0.1',
    port: 0,
    file: readRouterFile(YAML, 'router.yaml'),
    prefixes: readPrefixes(PLACES, 'places.txt'),
    admin: { host: '127.0.0.1', port: 0 },
    trustProxy: true,
    logLevel: 'silent',
  });
});
afterEach(() => router.close());

const get = (target: string, from = '192.0.2.9') =>
  fetch(`http://127.0.0.1:${router.port}${target}`, {
    redirect: 'manual',
    headers: { 'x-forwarded-for': from },
  });
const command = (what: string, json: unknown) =>
  fetch(`http://127.0.0.1:${router.adminPort}/api/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });

describe('a viewer', () => {
  it('is sent to the edge of its place with the same address', async () => {
    const near = await get('/live/a.m3u8?x=1%20');
    expect([near.status, near.headers.get('location'), near.headers.get('cache-control')]).toEqual([
      307,
      'http://127.0.0.1:1001/live/a.m3u8?x=1%20',
      'no-store',
    ]);
    const far = await get('/live/a.m3u8', '198.51.100.7');
    expect(far.headers.get('location')).toBe('http://127.0.0.1:1002/live/a.m3u8');
    expect(far.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('is named edges as JSON, the best first', async () => {
    expect(await (await get('/api/route?path=/live/a.m3u8', '198.51.100.7')).json()).toEqual({
      edges: [
        { id: 'b1', url: 'http://127.0.0.1:1002' },
        { id: 'o1', url: 'http://127.0.0.1:1001' },
      ],
    });
    expect((await get('/api/route')).status).toBe(400);
    expect((await get('/api/route?path=/../x')).status).toBe(400);
  });

  it('is steered to pathways, clones of the base among them', async () => {
    const steering = await get(
      '/steering?path=/live/&_HLS_pathway=o1&_HLS_throughput=5',
      '198.51.100.7',
    );
    expect(await steering.json()).toEqual({
      VERSION: 1,
      TTL: 10,
      'RELOAD-URI': 'steering?path=%2Flive%2F',
      'PATHWAY-PRIORITY': ['b1', 'o1'],
      'PATHWAY-CLONES': [
        { 'BASE-ID': 'o1', ID: 'b1', 'URI-REPLACEMENT': { HOST: '127.0.0.1:1002' } },
      ],
    });
  });

  it.each(['//evil.example/a', '/%2f/evil', '/\\evil', '/a/../b', 'http://evil.example/'])(
    'is not sent elsewhere by %s',
    async (target) => {
      const socket = connect(router.port, '127.0.0.1');
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const said = String((await once(socket, 'data'))[0]);
      expect(said).toMatch(/^HTTP\/1\.1 400/);
      socket.destroy();
    },
  );
});

describe('an operator', () => {
  it('drains an edge, and takes it back', async () => {
    expect((await command('drain', { id: 'o1', on: true })).status).toBe(200);
    expect((await get('/a/b')).headers.get('location')).toContain(':1002');
    const { edges } = (await (await get('/api/status')).json()) as { edges: unknown[] };
    expect(edges[1]).toMatchObject({ id: 'o1', draining: true, status: 'up' });
    await command('drain', { id: 'o1', on: false });
    expect((await get('/a/b')).headers.get('location')).toContain(':1001');
  });

  it('tells how loaded an edge is', async () => {
    await command('load', { id: 'o1', load: 0.95 });
    expect((await get('/a/b')).headers.get('location')).toContain(':1002');
    await command('load', { id: 'b1', load: 1 });
    expect((await get('/a/b')).headers.get('location')).toContain(':1001');
  });

  it.each([
    ['drain', { id: 'none', on: true }, 404],
    ['drain', { id: 'o1' }, 400],
    ['drain', { id: 'o1', on: true, more: 1 }, 400],
    ['load', { id: 'o1', load: -1 }, 400],
    ['load', { id: 'o1', load: '1' }, 400],
  ])('is told what is wrong with %s %j', async (what, json, status) => {
    expect((await command(what, json)).status).toBe(status);
  });

  it('does not command where viewers ask', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await fetch(`http://127.0.0.1:${router.port}/api/drain`, init)).status).toBe(405);
  });
});

describe('checks', () => {
  it('ask each edge, and not again before it has answered', async () => {
    let now = 0;
    const machine = new Router({
      now: Ms(0),
      config: { ...DEFAULT_ROUTER, checkMs: Ms(0), failuresToDown: 2 },
    });
    machine.step(Ms(0), { type: 'add', edge: { id: 'e', place: 'x' } });
    let asked = 0;
    let isDown = (): void => {};
    const down = new Promise<void>((resolve) => {
      isDown = resolve;
    });
    const ask = async (): Promise<boolean> => {
      asked += 1;
      now += 1;
      if (machine.edges(Ms(now))[0]?.status === 'down') isDown();
      return false;
    };
    const checks = startChecks({ router: machine, now: () => now, log: createLog('silent'), ask });
    await down;
    checks.close();
    expect(asked).toBe(3);
  });

  it('believe an edge that says so itself, and nobody else', async () => {
    let status = 200;
    const server: Server = createServer((_req, res) => {
      res.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const told: boolean[] = [];
    for (status of [200, 503, 302, 404]) told.push(await isWell(base, 5000));
    expect(told).toEqual([true, false, false, false]);
    server.closeAllConnections();
    server.close();
    expect(await isWell(base, 5000)).toBe(false);
  });
});

describe('a configuration that is wrong names the line, the key and the fix', () => {
  const edge = '  - { id: a, url: "http://h" }';
  it.each([
    ['', 'router.yaml'],
    ['edges: []', 'router.yaml:1: edges'],
    [
      `edges:\n${edge}\n  - { id: "a b", url: "http://h" }`,
      'router.yaml:3: edges.1.id: must have 1 to 64',
    ],
    [
      'edges:\n  - id: a\n    url: h',
      'router.yaml:3: edges.0.url: must be an http or https address',
    ],
    ['edges:\n  - { id: a, url: "http://h/x" }', 'must be an http or https address without a path'],
    [`edges:\n${edge}\nedge: 1`, 'router.yaml:3: edge:'],
    [`edges:\n${edge}\nchecks:\n  every: 0`, 'router.yaml:4: checks.every'],
    [`edges:\n${edge}\n${edge}`, 'two edges have the id "a"'],
    [`edges:\n${edge}\nsteering: { base: b }`, 'steering.base "b" is no edge; it must be one of a'],
    [`edges:\n${edge}\nload: { full: 0.5, room: 0.6 }`, 'load.room must be less than load.full'],
    [`edges:\n${edge}\n  x: [`, 'router.yaml:'],
    [`edges: &a [*a]`, 'router.yaml'],
  ])('%j', (text, words) => {
    expect(() => readRouterFile(text, 'router.yaml')).toThrow(words);
  });

  it('and the one in deploy is right', async () => {
    const path = new URL('../../../../deploy/router.yaml', import.meta.url);
    const file = readRouterFile(await readFile(path, 'utf8'), 'router.yaml');
    expect(file.edges.map(({ id }) => id)).toEqual(['oslo-1', 'oslo-2', 'berlin-1']);
  });
});
