/** What went wrong, for a person: one sentence, no code, no stack. */

export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const plain = text.replace(/^\[[a-z-]+\/[a-z-]+\] /, '');
  return plain.split('\n', 1)[0] ?? plain;
}
