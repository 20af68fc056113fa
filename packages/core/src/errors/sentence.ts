/** What went wrong, for a person; apart from the class, so that pages do not load the sentences. */
import { CODES } from './codes.js';
import { isShoalError } from './shoal-error.js';

/** The sentence of the code with the detail behind, or the message of what is no `ShoalError`. */
export function sentenceOf(error: unknown): string {
  if (!isShoalError(error)) return error instanceof Error ? error.message : String(error);
  const sentence = CODES[error.code];
  return error.detail === '' ? sentence : `${sentence}: ${error.detail}`;
}
