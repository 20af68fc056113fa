import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime, isDateTime, parseDateTime } from './date-time.js';

describe('program date and time', () => {
  it('reads the forms that encoders write', () => {
    const noon = Date.UTC(2026, 10, 22, 12, 0, 0);
    const forms = [
      '2026-11-22T12:00:00Z',
      '2026-11-22T12:00:00.000Z',
      '2026-11-22T14:00:00+02:00',
      '2026-11-22T14:00:00.000+0200',
      '2026-11-22T06:30:00-05:30',
      '2026-11-22T13:00:00+01',
      '2026-11-22 12:00:00',
      '2026-11-22t12:00:00z',
      ' 2026-11-22T12:00:00.0000004Z ',
      '2026-11-22T11:59:60Z',
    ];
    for (const form of forms) expect(parseDateTime(form), form).toBe(noon);
    expect(parseDateTime('2026-11-22T12:00:00.25Z')).toBe(noon + 250);
  });

  it('refuses what is no date', () => {
    const bad = [
      '',
      'now',
      '2026-11-22',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-01-00T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      '2026-01-01T00:00:61Z',
      '2026-01-01T00:00:00+24:00',
      '2026-01-01T00:00:00Zulu',
      '12026-01-01T00:00:00Z',
    ];
    for (const text of bad) expect(parseDateTime(text), text).toBeUndefined();
    expect(parseDateTime('2000-02-29T00:00:00Z')).toBe(Date.UTC(2000, 1, 29));
  });

  it('agrees with the calendar of the platform on every date', () => {
    const first = Date.parse('0000-01-01T00:00:00.000Z');
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (ms) => {
        expect(formatDateTime(ms)).toBe(new Date(ms).toISOString());
        expect(parseDateTime(formatDateTime(ms))).toBe(ms);
      }),
      { seed: 4, numRuns: 2000 },
    );
    for (const ms of [first, last]) expect(formatDateTime(ms)).toBe(new Date(ms).toISOString());
    expect([first, last, first - 1, last + 1].map(isDateTime)).toEqual([true, true, false, false]);
  });
});
