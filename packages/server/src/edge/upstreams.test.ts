import { expect, it } from 'vitest';
import { throughUs } from './upstreams.js';

it.each([
  ['http://o:8000/b/c?d#e', '/c?d#e'],
  ['/b/c', '/c'],
  ['c', 'c'],
  ['http://o:8000/other', 'http://o:8000/other'],
  ['http://o:8001/b/c', 'http://o:8001/b/c'],
  ['https://o:8000/b/c', 'https://o:8000/b/c'],
  ['//evil/b/c', '//evil/b/c'],
  ['/b//evil/c', '/evil/c'],
  ['/b/../../x', '/b/../../x'],
  ['http://o:8000/b/%2e%2e/x', 'http://o:8000/b/%2e%2e/x'],
  ['http://', 'http://'],
])('leads a redirect to %s to %s', (location, wanted) => {
  expect(throughUs(location, new URL('http://o:8000/b'))).toBe(wanted);
});
