/** Byte counts as people read them. */
import { expect, test } from 'vitest';
import { bytesText } from './bytes-text.js';

test.each([
  [0, '0 B'],
  [-5, '0 B'],
  [812, '812 B'],
  [999.6, '1.0 kB'],
  [12_345, '12.3 kB'],
  [99_960, '100 kB'],
  [812_000, '812 kB'],
  [12_300_000, '12.3 MB'],
  [2.5e9, '2.5 GB'],
  [7e15, '7000 TB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
