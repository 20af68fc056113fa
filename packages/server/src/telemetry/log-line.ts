/** A log entry for a person at a terminal: time, level, what happened, and its particulars. */

/** The line for one JSON entry; an entry that is none stays as it is. */
export function logLine(json: string): string {
  try {
    const { level, time, msg, err, ...rest } = JSON.parse(json) as Entry;
    const facts = Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`);
    const why = err?.message === undefined ? '' : `: ${err.message}`;
    const clock = new Date(time).toTimeString().slice(0, 8);
    const more = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
    return `${clock} ${LEVELS[level] ?? 'info '} ${msg}${why}${more}\n`;
  } catch {
    return json;
  }
}

interface Entry {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

const LEVELS: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info ',
  40: 'warn ',
  50: 'ERROR',
  60: 'FATAL',
};
