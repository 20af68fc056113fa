/** What the world or a peer did wrong; what we did wrong is an `InvariantError`. */
import type { Code } from './codes.js';

export class ShoalError extends Error {
  readonly code: Code;
  /** What is wrong in this case, for a person; empty where the code says all. */
  readonly detail: string;

  /** The message is for logs: `sentenceOf` tells a person. `cause` is kept for logs. */
  constructor(code: Code, detail = '', cause?: unknown) {
    super(`[${code}] ${detail}`.trimEnd());
    this.name = 'ShoalError';
    this.code = code;
    this.detail = detail;
    if (cause !== undefined) this.cause = cause;
  }
}

export function isShoalError(value: unknown, code?: Code): value is ShoalError {
  return value instanceof ShoalError && (code === undefined || value.code === code);
}
