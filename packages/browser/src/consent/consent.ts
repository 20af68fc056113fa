/** The viewer's answer: remembered on this origin, and changed at any time. */
import type { ConsentState } from '@shoal/host';
import type { PageStore } from './page-store.js';

export interface Consent {
  readonly state: ConsentState;
  grant(): void;
  revoke(): void;
}

/**
 * `onChange` is called on every change.
 * `assume` grants for this page where the viewer has not been asked: a lab's word, never
 * remembered.
 */
export function createConsent(
  mode: 'ask' | 'granted' | 'never',
  store: PageStore,
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
    store.write(KEY, next);
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
function initial(mode: 'ask' | 'granted' | 'never', store: PageStore): ConsentState {
  if (mode === 'never') return 'refused';
  const remembered = store.read(KEY);
  if (remembered === 'granted' || remembered === 'refused') return remembered;
  return mode === 'granted' ? 'granted' : 'unasked';
}

const KEY = 'shoal.consent';
