/** Bytes uploaded: in this session, and today on this origin. */
import type { PageStore } from './page-store.js';

export interface UploadLedger {
  sessionBytes(): number;
  dayBytes(): number;
  /** Writes today's count where other pages and later ones find it. */
  save(): void;
}

/** `sessionBytes` counts this page's; `today` names the day, such as `2026-01-31`. */
export function createUploadLedger(
  store: PageStore,
  sessionBytes: () => number,
  today: () => string,
): UploadLedger {
  let saved = 0;
  const dayBytes = (): number => {
    const [day, bytes] = store.read(KEY).split(' ');
    const count = Number(bytes);
    const known = day === today() && Number.isSafeInteger(count) && count > 0;
    return (known ? count : 0) + sessionBytes() - saved;
  };
  return {
    sessionBytes,
    dayBytes,
    save() {
      const bytes = sessionBytes();
      // What storage does not keep still counts for this page.
      if (bytes > saved && store.write(KEY, `${today()} ${dayBytes()}`)) saved = bytes;
    },
  };
}

const KEY = 'shoal.uploaded';
