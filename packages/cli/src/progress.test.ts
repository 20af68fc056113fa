import { expect, it } from 'vitest';
import { createProgress } from './progress.js';

function watched(isTTY: boolean) {
  const drawn: string[] = [];
  let now = 0;
  const screen = { isTTY, write: (text: string) => drawn.push(text) };
  const progress = createProgress('demo', screen, () => now);
  const showAt = (ms: number, done: number): string | undefined => {
    now = ms;
    progress.show(done);
    return drawn.at(-1);
  };
  return { drawn, progress, showAt };
}

it('shows how much is done and what time is left', () => {
  const { showAt } = watched(true);
  expect(showAt(500, 0.1)).not.toContain('left');
  expect(showAt(10_000, 0.25)).toMatch(/demo {2}█{8}░{22} {2}25 % {2}30 s left/);
  expect(showAt(20_000, 0.1)).toContain('3 min 0 s left');
});

it('draws ten times a second at most, and cleans up', () => {
  const { drawn, progress, showAt } = watched(true);
  showAt(1_000, 0.1);
  showAt(1_050, 0.2);
  expect(drawn).toHaveLength(1);
  progress.clear();
  expect(drawn.at(-1)).toBe('\r\x1b[K');
});

it('is silent where nobody watches', () => {
  const { drawn, progress, showAt } = watched(false);
  showAt(1_000, 0.5);
  progress.clear();
  expect(drawn).toEqual([]);
});
