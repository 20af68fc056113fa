/** The viewer's answer, and what may be uploaded after a yes. */
import { describe, expect, it } from 'vitest';
import { createConsent } from './consent.js';
import { createPageStore, type PageStore } from './page-store.js';
import { createUploadLedger } from './upload-ledger.js';
import { DEFAULT_UPLOADS, mayUpload, type UploadView } from './upload-policy.js';

function memoryStore(): PageStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return { kept, ...createPageStore(() => storage) };
}

const fullStore = createPageStore(() => ({
  getItem: () => null,
  setItem() {
    throw new Error('full');
  },
}));

const forbiddenStore = createPageStore(() => {
  throw new Error('forbidden');
});

describe('consent', () => {
  it('is not there until it is given, and is remembered', () => {
    const store = memoryStore();
    const heard: string[] = [];
    const { consent: first } = createConsent('ask', store, (state) => heard.push(state));
    expect(first.state).toBe('unasked');
    first.grant();
    first.grant();
    expect([first.state, heard]).toEqual(['granted', ['granted']]);
    expect(createConsent('ask', store, () => {}).consent.state).toBe('granted');
    first.revoke();
    expect(createConsent('ask', store, () => {}).consent.state).toBe('refused');
  });

  it("is the page's word only where the viewer has not refused", () => {
    const store = memoryStore();
    expect(createConsent('granted', store, () => {}).consent.state).toBe('granted');
    expect(store.kept.size).toBe(0);
    createConsent('ask', store, () => {}).consent.revoke();
    expect(createConsent('granted', store, () => {}).consent.state).toBe('refused');
  });

  it("is assumed on a lab's word, which is never remembered and never overrules", () => {
    const store = memoryStore();
    const { consent, assume } = createConsent('ask', store, () => {});
    assume();
    expect([consent.state, store.kept.size]).toEqual(['granted', 0]);
    consent.revoke();
    assume();
    expect(consent.state).toBe('refused');
  });

  it('is never there where the page forbids it', () => {
    const { consent, assume } = createConsent('never', memoryStore(), () => {});
    consent.grant();
    assume();
    expect(consent.state).toBe('refused');
  });

  it.each([
    ['forbidden', forbiddenStore],
    ['full', fullStore],
  ])('works for the page alone where storage is %s', (_, store) => {
    const { consent } = createConsent('ask', store, () => {});
    consent.grant();
    expect(consent.state).toBe('granted');
  });
});

describe('uploads', () => {
  const home: UploadView = {
    hidden: false,
    saveData: false,
    cellular: false,
    batteryLow: false,
    sessionBytes: 0,
    dayBytes: 0,
  };

  it.each<[Partial<UploadView>, Partial<typeof DEFAULT_UPLOADS>, boolean]>([
    [{}, {}, true],
    [{ saveData: true }, {}, false],
    [{ cellular: true }, {}, false],
    [{ batteryLow: true }, {}, false],
    [{ cellular: true }, { always: true }, true],
    [{ hidden: true }, {}, true],
    [{ hidden: true }, { pauseHidden: true }, false],
    [{ hidden: true }, { pauseHidden: true, always: true }, false],
    [{ sessionBytes: 10 }, { sessionBytesMax: 10 }, false],
    [{ sessionBytes: 9 }, { sessionBytesMax: 10 }, true],
    [{ dayBytes: 10 }, { dayBytesMax: 10, always: true }, false],
  ])('%j with %j: %s', (view, config, answer) => {
    expect(mayUpload({ ...home, ...view }, { ...DEFAULT_UPLOADS, ...config })).toBe(answer);
  });

  it('are counted by day over pages, and by session', () => {
    const store = memoryStore();
    let day = '2026-01-31';
    const ledger = (bytes: number) =>
      createUploadLedger(
        store,
        () => bytes,
        () => day,
      );
    const first = ledger(100);
    expect([first.sessionBytes(), first.dayBytes()]).toEqual([100, 100]);
    first.save();
    first.save();
    expect(first.dayBytes()).toBe(100);
    const second = ledger(5);
    expect([second.sessionBytes(), second.dayBytes()]).toEqual([5, 105]);
    day = '2026-02-01';
    expect(ledger(0).dayBytes()).toBe(0);
  });

  it.each(['', 'x', '2026-01-31', '2026-01-31 -5', '2026-01-31 1e400', '2026-01-31 lots'])(
    'count from zero where the ledger holds %j',
    (text) => {
      const store = memoryStore();
      store.write('shoal.uploaded', text);
      const ledger = createUploadLedger(
        store,
        () => 0,
        () => '2026-01-31',
      );
      expect(ledger.dayBytes()).toBe(0);
    },
  );

  it.each([
    ['forbidden', forbiddenStore],
    ['full', fullStore],
  ])('are counted for the page where storage is %s', (_, store) => {
    const ledger = createUploadLedger(
      store,
      () => 7,
      () => '2026-01-31',
    );
    ledger.save();
    expect(ledger.dayBytes()).toBe(7);
  });
});
