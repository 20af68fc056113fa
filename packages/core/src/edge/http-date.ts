/** Dates of HTTP (RFC 9110 section 5.6.7), in the one form that is still written. */

/** Milliseconds since 1970; undefined for what is no such date. */
export function readHttpDate(text: string | undefined): number | undefined {
  const match = HTTP_DATE.exec(text ?? '');
  const month = MONTHS.indexOf(match?.[2] ?? '?');
  if (match === null || month < 0) return undefined;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((at) => Number(match[at]));
  if (day === undefined || year === undefined || day < 1 || day > 31) return undefined;
  const time = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  return (daysSince1970(year, month, day) * 86_400 + time) * 1000;
}

/** Proleptic Gregorian; the year begins in March, so that the leap day is its last. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month < 2 ? year - 1 : year;
  const inYear = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leaps + inYear - DAYS_BEFORE_1970;
}

const DAYS_BEFORE_1970 = 719_468;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const HTTP_DATE =
  /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60) GMT$/;
