/** Errors: one class, one table of codes, and assertions that hold in production. */
export { CODES, type Code } from './codes.js';
export { InvariantError, invariant } from './invariant.js';
export { sentenceOf } from './sentence.js';
export { isShoalError, ShoalError } from './shoal-error.js';
