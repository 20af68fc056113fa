/** The low-latency cases: a server that makes its stream itself, and a proxy that counts before it. */

import { Counters, clientOf } from './counters.mjs';

export { startFront } from '../../e2e/harness/front.mjs';

/** For `shoal`: a picture as small as the bench's own, 30 frames a second, with sound. */
export const LIVE_ARGS = ['live', '--test', '--rtmp-port', '0', '--ladder', '144p'];

/** What an origin of the bench would have counted, from the requests that the proxy has seen. */
export function countSeen(seen) {
  const counters = new Counters();
  for (const { path, agent, bytes, range } of seen) {
    const account = counters.begin({ client: clientOf(agent), kind: kindOf(path), range });
    account.sent(bytes);
  }
  return counters.snapshot();
}

/** Initialisation sections are no media that peers could bring. */
function kindOf(path) {
  if (/\.m4s(?:\?|$)/.test(path)) return 'media';
  return /\.m3u8(?:\?|$)/.test(path) ? 'playlist' : 'other';
}
