import { describe, expect, it } from 'vitest';
import { agreeVersion, WIRE_VERSION, WIRE_VERSION_MIN, WIRE_VERSIONS } from './version.js';

const range = (versionMin: number, version: number) => ({ version, versionMin });

describe('agreeVersion', () => {
  it.each([
    [range(1, 1), range(1, 1), 1],
    [range(1, 3), range(2, 5), 3],
    [range(2, 5), range(1, 3), 3],
    [range(1, 9), range(4, 4), 4],
    [range(1, 2), range(3, 4), undefined],
    [range(3, 4), range(1, 2), undefined],
  ])('takes the highest in common (WIR14): %o %o -> %s', (ours, theirs, agreed) => {
    expect(agreeVersion(ours, theirs)).toBe(agreed);
  });

  it('agrees with itself', () => {
    expect(WIRE_VERSIONS).toEqual(range(WIRE_VERSION_MIN, WIRE_VERSION));
    expect(agreeVersion(WIRE_VERSIONS, WIRE_VERSIONS)).toBe(WIRE_VERSION);
  });
});
