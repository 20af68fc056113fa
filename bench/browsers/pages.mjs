/** The pages of the engines that bring none of their own: plain hls.js, and p2p-media-loader. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);

/**
 * What the rival is given beyond its defaults. `tuned` follows the advice in its option comments
 * (peers get the wider window, the first request waits a little for them). How far behind live
 * it plays is asked through hls.js's own option, which it honours; left alone it raises that
 * option after the first playlist, which moves some viewers and not others.
 */
const P2PML = {
  default: { core: {}, hls: {} },
  tuned: {
    core: {
      highDemandTimeWindow: 4,
      httpDownloadTimeWindow: 8,
      p2pDownloadTimeWindow: 60,
      httpDownloadInitialTimeoutMs: 600,
    },
    hls: { maxBufferLength: 30 },
  },
};

/**
 * Serves `/plain?src=…`, `/bare?src=…&idle=…`, `/p2pml?src=…&tracker=…&preset=…&behind=…`, and the
 * libraries they load.
 */
export function createPageServer(p2pmlDir) {
  const hls = dirname(require.resolve('hls.js/package.json'));
  const files = {
    '/hls.mjs': join(hls, 'dist', 'hls.min.mjs'),
    '/hls.js': join(hls, 'dist', 'hls.min.js'),
    '/p2p-core.js': rival(p2pmlDir, 'p2p-media-loader-core'),
    '/p2p-hlsjs.js': rival(p2pmlDir, 'p2p-media-loader-hlsjs'),
  };
  const packed = {};
  return createServer(async (req, res) => {
    const url = new URL(req.url, 'http://pages');
    if (url.pathname === '/plain') return answer(res, 'text/html', plainPage(url.searchParams));
    if (url.pathname === '/bare') return answer(res, 'text/html', barePage(url.searchParams));
    if (url.pathname === '/p2pml') return answer(res, 'text/html', p2pmlPage(url.searchParams));
    const file = files[url.pathname];
    if (!file) return answer(res, 'text/plain', 'not here', 404);
    // Compressed, as any web server would: on a thin link the library is most of the start-up.
    packed[file] ??= gzipSync(await readFile(file));
    answer(res, 'text/javascript', packed[file], 200, { 'content-encoding': 'gzip' });
  });
}

const rival = (dir, name) => join(dir, 'node_modules', name, 'dist', `${name}.es.min.js`);

function answer(res, type, body, status = 200, more = {}) {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' };
  res.writeHead(status, { ...headers, ...more });
  res.end(body);
}

const page = (scripts) => `<!doctype html><meta charset="utf-8"><title>bench</title>
<link rel="icon" href="data:,">
<style>body{margin:0;background:#000}video{display:block;width:100vw}</style>
<video muted autoplay playsinline></video>
${scripts}`;

function plainPage(query) {
  return page(`<script src="/hls.js"></script>
<script>
const hls = new Hls();
window.hls = hls;
hls.attachMedia(document.querySelector('video'));
hls.loadSource(${JSON.stringify(query.get('src'))});
</script>`);
}

/**
 * hls.js alone, and beside it a data channel within the page that carries as many bytes as the
 * stream has, with `idle` more pairs of connections at rest: what a browser's own WebRTC costs with
 * no engine around it.
 */
function barePage(query) {
  return `${plainPage(query)}
<script type="module">
const PIECE_BYTES = 16384;
const BITS_PER_SEC = 600000;
async function pair() {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
  const [sender, receiver] = [a, b].map((end) =>
    end.createDataChannel('bytes', { negotiated: true, id: 0, ordered: false }));
  receiver.binaryType = 'arraybuffer';
  receiver.onmessage = () => {};
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  await new Promise((resolve) => { sender.onopen = resolve; });
  return sender;
}
const sender = await pair();
for (let i = 0; i < ${Number(query.get('idle') ?? 0)}; i++) await pair();
const bytes = new Uint8Array(PIECE_BYTES);
setInterval(() => sender.send(bytes), (8000 * PIECE_BYTES) / BITS_PER_SEC);
</script>`;
}

function p2pmlPage(query) {
  const preset = P2PML[query.get('preset')] ?? P2PML.default;
  const behind = query.get('behind');
  const place = behind ? { liveSyncDurationCount: Number(behind) } : {};
  const core = {
    ...preset.core,
    announceTrackers: [query.get('tracker')],
    // No STUN server is reachable from the bench; host candidates are all it needs.
    rtcConfig: { iceServers: [] },
    swarmId: query.get('src'),
  };
  const config = JSON.stringify({ ...preset.hls, ...place, p2p: { core } });
  const imports = JSON.stringify({ imports: { 'p2p-media-loader-core': '/p2p-core.js' } });
  return page(`<script type="importmap">${imports}</script>
<script type="module">
import Hls from '/hls.mjs';
import { HlsJsP2PEngine } from '/p2p-hlsjs.js';
const HlsWithP2P = HlsJsP2PEngine.injectMixin(Hls);
const hls = new HlsWithP2P(${config});
window.hls = hls;
const bytes = { http: 0, p2p: 0, uploaded: 0, peers: 0 };
window.engineStats = () => bytes;
hls.p2pEngine.addEventListener('onChunkDownloaded', (length, source) => {
  bytes[source] += length;
});
hls.p2pEngine.addEventListener('onChunkUploaded', (length) => { bytes.uploaded += length; });
hls.p2pEngine.addEventListener('onPeerConnect', () => { bytes.peers += 1; });
hls.p2pEngine.addEventListener('onPeerClose', () => { bytes.peers -= 1; });
hls.attachMedia(document.querySelector('video'));
hls.loadSource(${JSON.stringify(query.get('src'))});
</script>`);
}
