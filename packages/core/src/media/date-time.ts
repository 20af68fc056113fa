/** Dates of EXT-X-PROGRAM-DATE-TIME, by arithmetic alone. */

/** Milliseconds since 1970 of an ISO 8601 date and time, UTC without a zone; else undefined. */
export function parseDateTime(text: string): number | undefined {
  const found = ISO.exec(text.trim());
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part));
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysIn(year!, month!)) return undefined;
  // Sixty is a leap second; it counts as the first of the next minute.
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined;
  const zone = zoneMinutes(found[8]);
  if (zone === undefined) return undefined;
  const fraction = Math.round(Number(`0.${found[7] ?? '0'}`) * 1000);
  const minutes = (daysSince1970(year!, month!, day!) * 24 + hour!) * 60 + minute! - zone;
  return (minutes * 60 + second!) * 1000 + fraction;
}

/** ISO 8601 in UTC with milliseconds; `ms` is rounded and must fall in the years 0 to 9999. */
export function formatDateTime(ms: number): string {
  const whole = Math.round(ms);
  const days = Math.floor(whole / DAY_MS);
  const rest = whole - days * DAY_MS;
  const { year, month, day } = dateOf(days);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60];
  const second = two(Math.floor(rest / 1000) % 60);
  const fraction = String(rest % 1000).padStart(3, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${time.map(two).join(':')}:${second}.${fraction}Z`;
}

/** Whether `formatDateTime` can write it. */
export function isDateTime(ms: number): boolean {
  const whole = Math.round(ms);
  return whole >= FIRST_MS && whole <= LAST_MS;
}

const DAY_MS = 86_400_000;
/** 0000-01-01T00:00:00.000Z */
const FIRST_MS = -62_167_219_200_000;
/** 9999-12-31T23:59:59.999Z */
const LAST_MS = 253_402_300_799_999;

const DATE = '(\\d{4})-(\\d{2})-(\\d{2})';
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?';
const ZONE = '([Zz]|[+-]\\d{2}(?::?\\d{2})?)?';
const ISO = new RegExp(`^${DATE}[Tt ]${TIME}\\s*${ZONE}$`);

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The year is taken to begin in March, so that a leap day is its last. */
function daysSince1970(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  const inYear = Math.floor((153 * months + 2) / 5) + day - 1;
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return from * 365 + leaps + inYear - 719_468;
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const inEra = shifted - era * 146_097;
  const years = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) /
      365,
  );
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const months = Math.floor((5 * inYear + 2) / 153);
  const month = months < 10 ? months + 3 : months - 9;
  const day = inYear - Math.floor((153 * months + 2) / 5) + 1;
  return { year: era * 400 + years + (month <= 2 ? 1 : 0), month, day };
}
