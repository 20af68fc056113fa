import { expect, it } from 'vitest';
import { logLine } from './log-line.js';

it('says what happened on one line', () => {
  const time = new Date(2026, 10, 22, 14, 5, 9).getTime();
  const err = { code: 'server/upstream', message: 'it is away' };
  const json = JSON.stringify({
    level: 40,
    time,
    stream: 'live',
    rendition: 2,
    err,
    msg: 'failed',
  });
  expect(logLine(json)).toBe('14:05:09 warn  failed: it is away (stream=live, rendition=2)\n');
});

it('leaves alone what it does not know', () => expect(logLine('hello')).toBe('hello'));
