/** Bytes uploaded: in this session, and today on this origin. */
import type { AnswerStore } from './consent.js';

export interface UploadLedger {
  add(bytes: number): void;
  sessionBytes(): number;
  dayBytes(): number;
  /** Writes today's count where other pages and later ones find it. */
  save(): void;
}

/** `today` names the day, such as `2026-01-31`. `store` undefined: only this page is counted. */
export function createUploadLedger(
  store: AnswerStore | undefined,
  today: () => string,
): UploadLedger {
  let session = 0;
  let unsaved = 0;
  const stored = (): number => {
    try {
      const [day, bytes] = (store?.getItem(KEY) ?? '').split(' ');
      const count = Number(bytes);
      return day === today() && Number.isSafeInteger(count) && count > 0 ? count : 0;
    } catch {
      return 0;
    }
  };
  return {
    add(bytes) {
      session += bytes;
      unsaved += bytes;
    },
    sessionBytes: () => session,
    dayBytes: () => (store ? stored() + unsaved : session),
    save() {
      if (unsaved === 0) return;
      try {
        store?.setItem(KEY, `${today()} ${stored() + unsaved}`);
        unsaved = 0;
      } catch {
        // Full or forbidden storage: what is unsaved still counts for this page.
      }
    },
  };
}

const KEY = 'shoal.uploaded';
