/**
 * One test's actors: what is opened here is closed when the test ends, and no page had an error.
 */
import { expect, onTestFinished } from 'vitest';
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
  const open = async (url, options) => {
    const viewer = await openViewer(browser, url, options);
    onTestFinished(async () => {
      await viewer.close();
      expect(viewer.errors).toEqual([]);
    });
    return viewer;
  };
  return {
    keep,
    upstream: async () => keep(await startUpstream()),
    shoal: async (...args) => keep(await startShoal(args)),
    front: async (target, prefix) => keep(await startFront(target, prefix)),
    viewer: open,
    viewers: (count, url, options) =>
      Promise.all(Array.from({ length: count }, () => open(url, options))),
  };
}
