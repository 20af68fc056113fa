/** A page with hls.js and nothing else, to compare with. */
import { readFileSync } from 'node:fs';
import { at } from '../../tools/house/root.mjs';
import { listen } from './http.mjs';

const PAGE = `<!doctype html><title>plain</title><video muted autoplay></video>
<script type="module">
import Hls from './hls.mjs';
const query = new URLSearchParams(location.search);
window.hls = new Hls(JSON.parse(query.get('config')));
hls.loadSource(query.get('src'));
hls.attachMedia(document.querySelector('video'));
</script>`;

/** Serves the page; `page(url, config)` is its address for one playlist. */
export async function startPlainPage() {
  const script = readFileSync(at('node_modules/hls.js/dist/hls.mjs'));
  const site = await listen((request, response) => {
    const isScript = request.url.startsWith('/hls.mjs');
    const type = isScript ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': type }).end(isScript ? script : PAGE);
  });
  return {
    page: (src, config = {}) =>
      `${site.url}?${new URLSearchParams({ src, config: JSON.stringify(config) })}`,
    close: site.close,
  };
}
