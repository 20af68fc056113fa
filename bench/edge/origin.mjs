/** The origin of the bench: `/BYTES/DELAY/SPREAD/name` answers after DELAY ms, over SPREAD ms. */
import { createServer } from 'node:http';

const asked = new Map();
const server = createServer((req, res) => {
  if (req.url === '/asked') {
    res.end(JSON.stringify(Object.fromEntries(asked)));
    return;
  }
  asked.set(req.url, (asked.get(req.url) ?? 0) + 1);
  const [, bytes, delay, spread] = req.url.split('/').map(Number);
  setTimeout(() => send(res, bytes, spread), delay);
});

function send(res, bytes, spread) {
  res.writeHead(200, {
    'Cache-Control': 'max-age=3600',
    'Content-Type': 'video/mp4',
    'Content-Length': bytes,
  });
  const steps = spread === 0 ? 1 : 40;
  const step = (left) => {
    if (left === 0) res.end();
    else {
      res.write(Buffer.alloc(bytes / steps, 7));
      setTimeout(step, spread / steps, left - 1);
    }
  };
  step(steps);
}

server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
