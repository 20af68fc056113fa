/** Finds ffmpeg, which is an encoder to the tests, or installs it where that is allowed. */
import { installWithApt } from './apt.mjs';
import { run } from './command.mjs';

/** Throws a sentence that says what to install. */
export async function ensureFfmpeg() {
  if (await hasFfmpeg()) return;
  await installWithApt('ffmpeg');
  if (!(await hasFfmpeg())) throw new Error('The tests need ffmpeg: install it on the PATH.');
}

async function hasFfmpeg() {
  const { code } = await run('ffmpeg', ['-version']);
  return code === 0;
}
