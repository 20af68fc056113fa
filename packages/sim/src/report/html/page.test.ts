/** The page of a run: whole, self-contained, and saying what the report says. */
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../scenario.js';
import { arrivals, shape, TITLE } from '../../scenarios/shape.js';
import { createSimulation } from '../../simulation.js';
import { percent } from '../figures.js';
import { type Report, reportOf } from '../report.js';
import { htmlOf } from './page.js';

function runBoth(part: Partial<Scenario> = {}): [Report, Report] {
  const [ours, plain] = [false, true].map((isPlain) => {
    const scenario = shape({
      name: 'pair<s>',
      about: 'four viewers & a tracker that dies',
      seed: 2,
      forMs: 40_000,
      visits: arrivals(2, 4, 2_000),
      happenings: [
        { at: 20_000, what: 'the <tracker> dies', run: ({ tracker }) => tracker.kill() },
      ],
      ...part,
      plain: isPlain,
    });
    const simulation = createSimulation(scenario, { clock: () => 0 });
    simulation.run();
    return reportOf(simulation);
  });
  return [ours!, plain!];
}

const [ours, plain] = runBoth();
const page = htmlOf(ours, plain);

describe('htmlOf', () => {
  it('needs nothing from elsewhere', () => {
    expect(page.match(/<script|<link|<img|@import|url\(|src=|href=|https?:/)).toBeNull();
  });

  it('says what was seen beside the limit and the CDN alone', () => {
    expect(page).toContain(`Viewers carried ${percent(ours.offload)}`);
    expect(page).toContain(percent(ours.limit.offload));
    expect(page).toContain('CDN alone 0 %');
    expect(titlesOf(page)).toHaveLength(11);
  });

  it('draws only finite places', () => {
    expect(page.match(/NaN|Infinity|undefined/)).toBeNull();
    expect(page.match(/<path class="line/g)?.length).toBeGreaterThan(7);
  });

  it('lets no name become markup', () => {
    expect(page).toContain('pair&#60;s&#62;');
    expect(page).toContain('the &#60;tracker&#62; dies');
  });

  it('leaves out what was not measured', () => {
    const [a, b] = runBoth({ media: TITLE, happenings: [] });
    const bare = htmlOf({ ...a, trackerLoad: undefined }, b);
    expect(titlesOf(bare)).toHaveLength(8);
    expect(bare.match(/behind live|Planning takes|NaN/)).toBeNull();
  });

  it('has a page for a run in which nobody ever linked', () => {
    const alone = htmlOf(plain, plain);
    expect(alone.match(/NaN|Infinity|undefined/)).toBeNull();
    expect(titlesOf(alone)).toHaveLength(8);
  });
});

function titlesOf(html: string): readonly string[] {
  return html.match(/<h2>/g) ?? [];
}
