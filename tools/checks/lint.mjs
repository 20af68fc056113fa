/** Lint and format: Biome has nothing to say. */
import { runNode } from '../house/command.mjs';
import { at } from '../house/root.mjs';

const ARGS = ['check', '--error-on-warnings', '--reporter=concise', '--max-diagnostics=none', '.'];

export const name = 'lint';

export async function check() {
  const { code, output } = await runNode(at('node_modules/@biomejs/biome/bin/biome'), ARGS);
  if (code === 0) return [];
  const lines = output.split('\n').filter((line) => /^[×!i] /.test(line));
  return lines.length > 0 ? lines.map((line) => line.slice(2)) : [output.trim()];
}
