import { describe, expect, it } from 'vitest';
import { partId, partKey } from './identity.js';

describe('partId', () => {
  const keys = [
    { rendition: 0, sequence: 0, part: 0 },
    { rendition: 65_535, sequence: Number.MAX_SAFE_INTEGER, part: 65_535 },
    { rendition: 1, sequence: 12, part: 3 },
    { rendition: 11, sequence: 2, part: 3 },
  ];

  it('goes back to its key', () => {
    expect(keys.map((key) => partKey(partId(key)))).toEqual(keys);
  });

  it('differs for different keys', () => {
    expect(new Set(keys.map(partId)).size).toBe(keys.length);
  });
});
