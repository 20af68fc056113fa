/**
 * The process that holds origin, pages, rival's tracker and relays, so its CPU is counted apart.
 */

import { connect, createServer as createRelay } from 'node:net';
import { prepareClip } from './clip.mjs';
import { countSeen, startFront } from './low.mjs';
import { Origin } from './origin.mjs';
import { createPageServer } from './pages.mjs';
import { createTracker } from './tracker.mjs';

let origin;
let front;

const COMMANDS = {
  async start({ cacheDir, hosts, clip: asked, ...options }) {
    const clip = await prepareClip(cacheDir, asked);
    // The window is full when the first viewer comes.
    const startMs = Date.now() - (options.window + 1) * clip.segmentSec * 1000;
    origin = new Origin({ ...options, clip, startMs });
    return {
      origin: await listen(() => origin.createServer(), hosts),
      pages: await listen(() => createPageServer(options.p2pmlDir), hosts),
      tracker: await listen(() => createTracker(), hosts),
    };
  },
  /** In place of an origin of our own: counts what goes to and from the server at `target`. */
  async front({ target }) {
    front = await startFront(target);
    const pages = await listen(() => createPageServer(''), ['127.0.0.1']);
    return { origin: Number(new URL(front.url).port), pages };
  },
  // Carries a port of 127.0.0.1 to the viewers' namespaces.
  async relay({ port, host }) {
    const relay = createRelay((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    });
    await bind(relay, port, host);
  },
  runStarts: async ({ nowMs }) => origin?.runStarts(nowMs),
  snapshot: async () => (front ? countSeen(front.seen) : origin.snapshot()),
};

/**
 * One server on the same free port of every host (the tracker has its state per server: one only).
 */
async function listen(create, hosts) {
  const server = create();
  const port = await bind(server, 0, hosts[0]);
  for (const host of hosts.slice(1)) {
    const twin = createRelay((socket) => server.emit('connection', socket));
    await bind(twin, port, host);
  }
  return port;
}

function bind(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address().port));
  });
}

process.on('message', async ({ id, command, args }) => {
  try {
    process.send({ id, result: await COMMANDS[command](args) });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole foreground group; the parent decides when this process ends.
process.on('SIGINT', () => {});
