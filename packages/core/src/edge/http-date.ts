/** Dates of HTTP in the three forms that every recipient has to read (RFC 9110 section 5.6.7). */

/** Milliseconds since 1970; undefined for what is no such date. */
export function readHttpDate(text: string | undefined): number | undefined {
  const found = FORMS.map((form) => form.exec(text ?? '')?.groups).find((one) => one !== undefined);
  if (found === undefined) return undefined;
  const month = MONTHS.indexOf(found.month ?? '?');
  const [day, hour, minute, second] = [found.day, found.hour, found.minute, found.second].map(
    Number,
  );
  if (month < 0 || day === undefined || day < 1 || day > 31) return undefined;
  const time = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  return (daysSince1970(fullYear(found.year ?? ''), month, day) * 86_400 + time) * 1000;
}

/** Two digits are of the years 1970 to 2069. */
function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) < 70 ? 2000 : 1900);
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
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
const MONTH = '(?<month>[A-Z][a-z]{2})';
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^[A-Z][a-z]{2} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];
