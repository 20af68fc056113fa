/** The bundle loses words that no page hears, and nothing else. */
import { expect, test } from 'vitest';
import { quiet } from '../packages/browser/vite-quiet.ts';

test('the last word of a call leaves, whoever calls', () => {
  expect(quiet('this.check(n > 0, "empty"); return_.check(f("a"), "b");')).toBe(
    'this.check(n > 0); return_.check(f("a"));',
  );
  expect(quiet('const u8 = refined(field, (n) => isDue(s, n, "retry"), "range");')).toBe(
    'const u8 = refined(field, (n) => isDue(s, n));',
  );
});

test('a function of a numbered name is the same function', () => {
  expect(quiet('wakeAt$1(s, s.now, "upload")')).toBe('wakeAt$1(s, s.now)');
});

test('what is no word, no last argument or said to others stays', () => {
  const code =
    'wakeAt(s, at, why); check("a"); w.check(x, "a" + y); invariant(x, "held"); on("a", "b")';
  expect(quiet(code)).toBe(code);
});
