/** The viewer's answer: remembered on this origin, and changed at any time. */

export type ConsentState = 'unasked' | 'granted' | 'refused';

/** The part of `Storage` used here. */
export interface AnswerStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface Consent {
  readonly state: ConsentState;
  grant(): void;
  revoke(): void;
}

/**
 * `store` undefined: the answer is kept for this page only. `onChange` is called on every change.
 * `assume` grants for this page where the viewer has not been asked: a lab's word, never
 * remembered.
 */
export function createConsent(
  mode: 'ask' | 'granted' | 'never',
  store: AnswerStore | undefined,
  onChange: (state: ConsentState) => void,
): { readonly consent: Consent; readonly assume: () => void } {
  let state = initial(mode, store);
  const change = (next: ConsentState): void => {
    if (state === next) return;
    state = next;
    onChange(state);
  };
  const answer = (next: 'granted' | 'refused'): void => {
    if (mode === 'never') return;
    remember(store, next);
    change(next);
  };
  const consent: Consent = {
    get state() {
      return state;
    },
    grant: () => answer('granted'),
    revoke: () => answer('refused'),
  };
  return { consent, assume: () => state === 'unasked' && change('granted') };
}

/** A refusal outlives `granted`, which is only the page's word. */
function initial(mode: 'ask' | 'granted' | 'never', store: AnswerStore | undefined): ConsentState {
  if (mode === 'never') return 'refused';
  const remembered = recall(store);
  if (remembered !== undefined) return remembered;
  return mode === 'granted' ? 'granted' : 'unasked';
}

function recall(store: AnswerStore | undefined): 'granted' | 'refused' | undefined {
  try {
    const value = store?.getItem(KEY);
    return value === 'granted' || value === 'refused' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Storage may be full or forbidden; then the answer lasts as long as the page. */
function remember(store: AnswerStore | undefined, answer: 'granted' | 'refused'): void {
  try {
    store?.setItem(KEY, answer);
  } catch {}
}

const KEY = 'shoal.consent';
