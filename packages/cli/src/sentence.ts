/** What went wrong, for a person: one sentence, no code, no stack. */
import { sentenceOf } from '@shoal/server';

export function firstLineOf(error: unknown): string {
  return sentenceOf(error).split('\n', 1)[0] ?? '';
}
