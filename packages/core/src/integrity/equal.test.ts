import { describe, expect, it } from 'vitest';
import { equalBytes } from './equal.js';

const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('equalBytes', () => {
  it.each([
    [of(), of(), true],
    [of(1, 2), of(1, 2), true],
    [of(1, 2), of(1, 3), false],
    [of(0, 2), of(1, 2), false],
    [of(1), of(1, 0), false],
    [of(1, 0), of(1), false],
    [of(), of(0), false],
  ])('%o and %o: %s', (a, b, equal) => {
    expect(equalBytes(a, b)).toBe(equal);
  });

  it('does not let differences cancel out', () => {
    expect(equalBytes(of(1, 2, 3), of(2, 1, 3))).toBe(false);
    expect(equalBytes(of(255, 1), of(254))).toBe(false);
  });
});
