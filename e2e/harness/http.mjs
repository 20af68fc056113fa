/** Plain HTTP servers for tests, on a free port of this machine, with an end that really ends. */
import { createServer } from 'node:http';

/** Listens; gives `{ server, port, url, close }`. `close` drops every connection. */
export async function listen(handle) {
  const server = createServer(handle);
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address();
  const close = () =>
    new Promise((done) => {
      server.close(done);
      for (const socket of sockets) socket.destroy();
    });
  return { server, port, url: `http://127.0.0.1:${port}/`, close };
}

/** A port that nobody listens on now. */
export async function freePort() {
  const { port, close } = await listen(() => {});
  await close();
  return port;
}
