import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shoal } from './command-line.fixture.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-token-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => rm(folder, { recursive: true }));

const idsOf = async () =>
  (JSON.parse(await readFile(file, 'utf8')) as { keys: { kid: string }[] }).keys.map(
    ({ kid }) => kid,
  );

describe('a key', () => {
  it('is made, and added to those that are there, for nobody else to read', async () => {
    expect((await shoal('token', 'key', file)).code).toBe(0);
    expect((await shoal('token', 'key', file)).code).toBe(0);
    expect((await shoal('token', 'key', file, '--id', 'k3', '--hmac')).code).toBe(0);
    const ids = await idsOf();
    expect([ids.length, new Set(ids).size, ids[2]]).toEqual([3, 3, 'k3']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await shoal('token', 'key', file, '--id', 'k3');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('has a key "k3" already')]);
    expect(await idsOf()).toEqual(ids);
  });

  it('has a public half for edges, unless it is a secret', async () => {
    await shoal('token', 'key', file);
    const { out } = await shoal('token', 'public', file);
    const [key] = (JSON.parse(out) as { keys: Record<string, string>[] }).keys;
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'x']);
    await shoal('token', 'key', file, '--hmac');
    const refused = await shoal('token', 'public', file);
    expect([refused.out, refused.err]).toEqual(['', expect.stringContaining('no public half')]);
  });
});

describe('a token', () => {
  beforeEach(() => shoal('token', 'key', file));
  const mint = (...more: string[]) =>
    shoal('token', 'mint', '--keys', file, '--path', '/live/', ...more);

  it('is printed alone, in an address, or as a cookie', async () => {
    expect((await mint()).out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect((await mint('--cat')).out).toMatch(/^2D3S[\w-]+\n$/);
    const url = ['--url', 'https://e.example/live/a.m3u8'];
    expect((await mint(...url)).out).toMatch(
      /^https:\/\/e\.example\/shoal-token=[\w.-]+\/live\/a\.m3u8\n$/,
    );
    expect((await mint(...url, '--form', 'query')).out).toMatch(/a\.m3u8\?shoal-token=[\w.-]+\n$/);
    expect((await mint('--form', 'cookie')).out).toMatch(/^shoal-token=[\w.-]+; Path=\/; /);
  });

  it('is signed with the newest key unless told otherwise', async () => {
    await shoal('token', 'key', file, '--id', 'new');
    const [old] = await idsOf();
    const kidOf = ({ out }: { out: string }) =>
      (JSON.parse(Buffer.from(out.split('.')[0] ?? '', 'base64url').toString()) as { kid: string })
        .kid;
    expect([kidOf(await mint()), kidOf(await mint('--key', old ?? ''))]).toEqual(['new', old]);
  });

  it.each([
    [['--path', 'live'], '"live" is no path of an edge'],
    [['--net', '10.0.0.0/99'], 'is no network such as'],
    [['--key', 'x'], 'has no key "x"; it has '],
    [['--url', 'e.example'], '--url must be an http'],
    [['--for', 'ever'], 'A time is written such as'],
    [['--cat', '--path', '/b/'], 'has one path'],
  ])('with %j is refused in a sentence', async (more, words) => {
    const { code, out, err } = await mint(...more);
    expect([code, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err).toContain(words);
  });

  it('needs a key file, and says how to make one', async () => {
    await rm(file);
    expect((await mint()).err).toContain(`make one with: shoal token key ${file}`);
  });
});

it('purges say what is missing', async () => {
  expect((await shoal('purge')).err).toContain("required option '--edge <url>' not specified");
  const edge = ['purge', '--edge', 'http://127.0.0.1:1'];
  expect((await shoal(...edge)).err).toContain('say what: --url');
  const away = await shoal(...edge, '--prefix', '/live/');
  expect(away.out).toContain('0 of 1 edges have done it');
  expect([away.code, away.err]).toEqual([1, 'shoal: not every edge has done it; ask again\n']);
});
