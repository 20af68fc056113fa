import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shoal } from './command-line.fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** One line, no stack, no code of ours, and the command fails. */
function expectSentence(said: Awaited<ReturnType<typeof shoal>>, words: string): void {
  expect(said.err).toContain(words);
  expect(said.err.trim().split('\n')).toHaveLength(1);
  expect(said.err).not.toMatch(/\bat .*:\d+:\d+|\[[a-z]+\/[a-z]+\]/);
  expect(said.code).not.toBe(0);
  expect(said.out).toBe('');
}

const state = (): string[] => ['--state', join(folder, 'state'), '--port', '0'];

describe('help', () => {
  it.each([
    [[]],
    [['serve']],
    [['pull']],
    [['dev']],
    [['edge']],
    [['plan']],
    [['token']],
    [['purge']],
    [['router']],
  ])('has examples: %j', async (verb) => {
    const { code, out } = await shoal(...verb, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
  });

  it('and the version are not failures', async () => {
    const { code, out } = await shoal('--version');
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

describe('one sentence and a non-zero exit', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['pull'], "missing required argument 'url'"],
    [['serve', '.', '--port', 'x'], 'A port is a number from 0 to 65535'],
    [['serve', '.', '--port', '70000'], 'A port is a number from 0 to 65535'],
    [['serve', '.', '--cache', '0'], 'A size in MiB'],
    [['pull', 'http://h/a.m3u8', '--name', '../x'], 'A stream name has 1 to 64 letters'],
    [['pull', 'http://h/a.m3u8', '--delivery', 'pigeon'], 'Allowed choices are edge, upstream'],
    [['dev', '--log-level', 'loud'], 'Allowed choices are'],
    [['edge'], "required option '--origin <url>' not specified"],
    [['edge', '--origin', 'ftp://h'], '--origin must be an http or https address'],
    [['edge', '--origin', 'http://h', '--token-keys', '/none'], '/none: there is no such file'],
    [['edge', '--origin', 'http://h', '--access-log', '/none/a'], 'no such folder'],
    [['edge', '--origin', 'http://h', '--admin', 'x'], 'A port is a number'],
    [['router'], "missing required argument 'file'"],
    [['router', '/none.yaml'], '/none.yaml cannot be read: there is no such file'],
    [['serve', '.', '--unknown'], "unknown option '--unknown'"],
  ])('for %j', async (args, words) => expectSentence(await shoal(...args), words));

  it('for an address that is none', async () => {
    expectSentence(await shoal('pull', 'ftp://h/a.m3u8', ...state()), 'http or https address');
    const url = 'http://127.0.0.1:1/a.m3u8';
    expectSentence(
      await shoal('pull', url, ...state(), '--public-url', 'x'),
      '--public-url must be',
    );
    expectSentence(
      await shoal('pull', url, ...state(), '--files', '/none'),
      '--files needs a folder',
    );
  });

  it('for an upstream that cannot be reached', async () => {
    expectSentence(
      await shoal('pull', 'http://127.0.0.1:1/a.m3u8', ...state()),
      'connection refused',
    );
  });

  it('for a playlist that is not HLS', async () => {
    const server = createServer((_req, res) => res.end('<!doctype html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const said = await shoal('pull', `http://127.0.0.1:${port}/a.m3u8`, ...state());
    expectSentence(said, 'this is not an HLS playlist');
    server.close();
  });

  it('for folders that hold nothing to serve', async () => {
    expectSentence(await shoal('serve', folder, ...state()), 'holds no title');
    expectSentence(
      await shoal('serve', join(folder, 'none'), ...state()),
      'there is no such folder',
    );
    await writeFile(join(folder, 'a.m3u8'), 'no playlist');
    expectSentence(await shoal('serve', folder, ...state()), 'not an HLS playlist');
    expectSentence(await shoal('serve', join(folder, 'a.m3u8'), ...state()), 'not a folder');
  });

  it('for a state folder that cannot be one', async () => {
    await writeFile(join(folder, 'file'), '');
    const said = await shoal('dev', '--state', join(folder, 'file'), '--port', '0');
    expectSentence(said, 'cannot be used');
  });

  it('for a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const said = await shoal('dev', '--state', join(folder, 'state'), '--port', String(port));
    expectSentence(said, `already in use: ${port}`);
    server.close();
  });
});
