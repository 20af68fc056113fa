import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shoal } from './command-line.fixture.js';

const BIN = fileURLToPath(new URL('../bin/shoal.mjs', import.meta.url));
const SMALL = 'about: a few viewers\nfor: 20 s\nviewers: { count: 3, arrive: { within: 2 s } }\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoal-simulate-'));
});
afterEach(() => rm(folder, { recursive: true }));

const simulate = (...args: string[]) => shoal('simulate', ...args);

async function file(text: string): Promise<string> {
  const path = join(folder, 'final.yaml');
  await writeFile(path, text);
  return path;
}

describe('shoal simulate', () => {
  it('prints a scenario beside its limit and the CDN alone', async () => {
    const { code, out, err } = await simulate(await file(SMALL));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('final: a few viewers\n20 s with seed 1\n');
    expect(out).toMatch(/final, seed 1 +Shoal +limit +CDN alone/);
    expect(out).toMatch(/offload +\d+\.\d % +\d+\.\d % +/);
  });

  it('writes a page with plots that needs nothing else', async () => {
    const html = join(folder, 'final.html');
    await simulate(await file(SMALL), '--html', html);
    const page = await readFile(html, 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/(?:src|href)="http/);
  });

  it('replays a seed to the byte, and not another', async () => {
    const path = await file(SMALL);
    const texts: string[] = [];
    for (const seed of ['7', '7', '8']) {
      const json = join(folder, 'figures.json');
      await simulate(path, '--seed', seed, '--json', json);
      texts.push(await readFile(json, 'utf8'));
    }
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).not.toBe(texts[0]);
    expect(JSON.parse(texts[0]!)).toMatchObject({
      scenario: 'final',
      seed: 7,
      forMs: 20_000,
      ours: { plain: false, viewers: 3 },
      plain: { plain: true, viewers: 3 },
    });
  });

  it('plays the CDN alone, for as long as it is told', async () => {
    const { out } = await simulate(await file(SMALL), '--plain', '--for', '5s');
    expect(out).toContain('5 s with seed 1');
    expect(out).toMatch(/scenario +final \(plain\)\n/);
  });

  it('lists what is packaged', async () => {
    const { out } = await simulate('--list');
    expect(out).toMatch(/^demo +40 viewers/m);
    expect(out).toMatch(/^club-match-500 +/m);
  });

  it('has examples', async () => {
    const { code, out } = await simulate('--help');
    expect([code, out]).toEqual([0, expect.stringContaining('shoal simulate club-match-500')]);
  });
});

const SAMPLED = `
about: a sample of it
for: 20 s
stream: { bitrates: 400 kbit/s }
viewers: { count: 40, consent: 100 %, arrive: { within: 4 s } }
sample: { clusters: 2, for: 15 s, machines: 2 }
`;

describe('a large event', () => {
  it('prints what trackers cost, and estimates with how far off they may be', async () => {
    const [json, html] = [join(folder, 'f.json'), join(folder, 'f.html')];
    // As installed: its threads load what was built.
    const args = [BIN, 'simulate', await file(SAMPLED), '--json', json, '--html', html];
    const { stdout: out } = await promisify(execFile)(process.execPath, args);
    expect(out).toContain('final: a sample of it\n20 s with seed 1\n');
    expect(out).toMatch(/joins +40 \(0 told to come again\)/);
    expect(out).toMatch(/offload while they come +\d+\.\d\d % ± \d+\.\d\d %/);
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({ machines: 2, viewers: 40 });
    expect(await readFile(html, 'utf8')).toContain('<svg');
  });
});

describe('one sentence and a non-zero exit', () => {
  it.each([
    ['viewers:\n  cuont: 3', 'line 2: viewers.cuont is not a key that belongs here; did you mean'],
    ['viewers:\n  count: 3\nfor: 3', 'line 3: for wants a time such as 250 ms, 2 s or 10 min'],
    ['viewers:\n  count: 200000', 'line 2: viewers.count over 100,000 wants a sample beside it'],
    ['viewers:\n  count: -3', 'line 2: viewers.count wants a whole number from 1 to 2,000,000'],
  ])('for a bad file: %j', async (text, words) => {
    const { code, out, err } = await simulate(await file(text));
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([1, '']);
  });

  it.each([
    [['no-such'], 'there is no file and no scenario no-such; shoal simulate --list names them'],
    [['demo', '--seed', 'x'], 'A seed is a whole number'],
    [['demo', '--for', '12'], 'A time is written such as'],
    [['demo', '--json', '/none/a.json'], '--json: /none/a.json cannot be written'],
  ])('for %j', async (args, words) => {
    const { code, err } = await simulate(...args);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).not.toBe(0);
  });
});

it('prints what there is so far on Ctrl-C', async () => {
  const path = await file(SMALL.replace('20 s', '20 h'));
  const json = join(folder, 'figures.json');
  const child = spawn(process.execPath, [BIN, 'simulate', path, '--json', json], { stdio: 'pipe' });
  let out = '';
  child.stdout.on('data', (data) => {
    out += String(data);
  });
  const closed = once(child, 'close');
  // From then on it listens.
  await vi.waitFor(() => expect(existsSync(json)).toBe(true), 120_000);
  child.kill('SIGINT');
  expect(await closed).toEqual([0, null]);
  expect(out).toMatch(/Stopped after [\d.]+ s of 72000 s\./);
  expect(JSON.parse(await readFile(json, 'utf8')).forMs).toBeLessThan(72_000_000);
});
