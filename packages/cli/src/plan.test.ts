import { describe, expect, it, vi } from 'vitest';
import { run } from './program.js';

async function plan(...args: string[]) {
  const said = { out: '', err: '' };
  const catching = (key: 'out' | 'err') => (text: string | Uint8Array) => {
    said[key] += String(text);
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(catching('out'));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(catching('err'));
  const code = await run(['node', 'shoal', 'plan', ...args]);
  out.mockRestore();
  err.mockRestore();
  return { code, ...said };
}

describe('shoal plan', () => {
  it('prints a table with an answer', async () => {
    const { code, out } = await plan('--viewers', '1M', '--hours', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^1,000,000 viewers at once, 2 hours/);
    expect(out).toContain('Peers pay here.');
  });

  it('prints JSON with the same figures', async () => {
    const { out } = await plan(
      '--viewers',
      '2k',
      '--price-tb',
      '40',
      '--consent',
      '60 %',
      '--json',
    );
    const { inputs, alone, cases } = JSON.parse(out);
    expect(inputs).toEqual({
      viewers: 2_000,
      titles: 1,
      hours: 1,
      bitrate: 5_000_000,
      pricePerGb: 0.04,
      known: { consent: 0.6 },
    });
    expect(alone.cost).toBeCloseTo(180, 6);
    expect(cases.expected.cost).toBeLessThan(alone.cost);
  });

  it.each([
    [[], "required option '--viewers <number>' not specified"],
    [['--viewers', '0'], 'as in 500, 20k or 1M'],
    [['--viewers', 'many'], 'as in 500, 20k or 1M'],
    [['--viewers', '5', '--titles', '1.5'], 'as in --titles 40'],
    [['--viewers', '5', '--hours', '-1'], 'as in --hours 2.5'],
    [['--viewers', '5', '--bitrate', '5M'], 'a number of Mbit/s'],
    [['--viewers', '5', '--consent', '120'], 'from 0 to 100, as in 50'],
    [['--viewers', '5', '--price-gb', '$2'], 'without a currency, as in 0.02'],
    [['--viewers', '5', '--price-gb', '1', '--price-tb', '1'], 'cannot be used with'],
  ])('says in one sentence what is wrong with %j', async (args, words) => {
    const { code, out, err } = await plan(...args);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect([code === 0, out]).toEqual([false, '']);
  });
});
