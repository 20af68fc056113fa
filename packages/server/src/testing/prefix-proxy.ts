/** A reverse proxy for tests: another host and port, and a path prefix that it strips. */
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface PrefixProxy {
  /** Ends with the prefix and a slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startPrefixProxy(port: number, prefix: string): Promise<PrefixProxy> {
  const server = createServer((req, res) => {
    const path = stripped(req.url ?? '', prefix);
    if (path === undefined) {
      res.writeHead(404).end('outside the prefix');
      return;
    }
    const options = { host: '127.0.0.1', port, path, method: req.method, headers: req.headers };
    const passed = request(options, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passed.on('error', () => res.destroy());
    req.pipe(passed);
  });
  server.on('upgrade', (req, socket, head) => {
    const path = stripped(req.url ?? '', prefix);
    if (path === undefined) return socket.destroy();
    const inner = connect(port, '127.0.0.1', () => {
      const lines = [`GET ${path} HTTP/1.1`];
      for (let i = 0; i < req.rawHeaders.length; i += 2) {
        lines.push(`${req.rawHeaders[i]}: ${req.rawHeaders[i + 1]}`);
      }
      inner.write(`${lines.join('\r\n')}\r\n\r\n`);
      inner.write(head);
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: outer } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${outer}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stripped(url: string, prefix: string): string | undefined {
  return url.startsWith(prefix) ? url.slice(prefix.length - 1) : undefined;
}
