/** Sizes: what a page downloads stays within the budget that packages/browser publishes. */
import { existsSync } from 'node:fs';
import { runNode } from '../house/command.mjs';
import { at } from '../house/root.mjs';

const SCRIPT = 'packages/browser/size.mjs';

export const name = 'sizes';

export async function check() {
  if (!existsSync(at(SCRIPT))) return [`${SCRIPT}:1 is missing`];
  const { code, output } = await runNode(at(SCRIPT), []);
  return code === 0 ? [] : [`${SCRIPT}:1 ${output.trim()}`];
}
