/** What the world or a peer did wrong; what we did wrong is an `InvariantError`. */
import { type Code, codeSentence } from './codes.js';

export class ShoalError extends Error {
  readonly code: Code;

  /** `detail` follows the code's sentence; `cause` is kept for logs. */
  constructor(code: Code, detail = '', cause?: unknown) {
    super(`[${code}] ${codeSentence(code)}${detail === '' ? '' : `: ${detail}`}`);
    this.name = 'ShoalError';
    this.code = code;
    if (cause !== undefined) this.cause = cause;
  }
}

export function isShoalError(value: unknown, code?: Code): value is ShoalError {
  return value instanceof ShoalError && (code === undefined || value.code === code);
}
