/** What a person sees of a command line that ends by itself. */
import { vi } from 'vitest';
import { run } from './program.js';

export async function shoal(...args: string[]) {
  const said = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.err += String(text);
    return true;
  });
  const code = await run(['node', 'shoal', ...args]);
  out.mockRestore();
  err.mockRestore();
  return { code, ...said };
}
