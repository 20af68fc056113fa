/** One test's actors: whatever is opened here is closed when the test ends, last first. */
import { onTestFinished } from 'vitest';
import { startFront } from './front.mjs';
import { startShoal } from './shoal.mjs';
import { startUpstream } from './upstream.mjs';
import { openViewer } from './viewer.mjs';

/** Call inside a test. */
export function createStage(browser) {
  const keep = (actor) => {
    onTestFinished(() => actor.close());
    return actor;
  };
  return {
    keep,
    upstream: async () => keep(await startUpstream()),
    shoal: async (...args) => keep(await startShoal(args)),
    front: async (target, prefix) => keep(await startFront(target, prefix)),
    viewer: async (url, options) => keep(await openViewer(browser, url, options)),
    viewers: (count, url, options) =>
      Promise.all(
        Array.from({ length: count }, async () => keep(await openViewer(browser, url, options))),
      ),
  };
}
