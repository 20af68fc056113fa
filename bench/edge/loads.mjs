/** What the engines are asked: hits by wrk, crowds by raw sockets of our own. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';

/** CPU a request and requests a second, for an object that is in the cache already. */
export async function hits(engine, bytes, seconds) {
  const url = `http://127.0.0.1:${engine.port}/${bytes}/0/0/hit`;
  for (let turn = 0; turn < 3; turn += 1) await (await fetch(url)).arrayBuffer();
  await wrk(url, 1);
  const before = await engine.cpuSeconds();
  const { requests, failed } = await wrk(url, seconds);
  const cpu = (await engine.cpuSeconds()) - before;
  if (failed) throw new Error(`${engine.name} failed requests for ${url}`);
  const cpuUs = (1e6 * cpu) / requests;
  return { cpuUs, perSecond: requests / seconds, gbitPerCore: (8 * bytes) / cpuUs / 1000 };
}

/** Everybody asks for one new object in the same moment. Times in milliseconds. */
export async function crowd(engine, viewers, path) {
  const sockets = await Promise.all(Array.from({ length: viewers }, () => opened(engine.port)));
  const at = performance.now();
  const times = await Promise.all(sockets.map((socket) => exchange(socket, path, at)));
  return {
    firstByte: spread(times.map(({ first }) => first)),
    whole: spread(times.map(({ whole }) => whole)),
  };
}

async function wrk(url, seconds) {
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c16', `-d${seconds}s`, url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return { requests, failed: /Non-2xx|Socket errors/.test(stdout) };
}

function opened(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
}

function exchange(socket, path, at) {
  return new Promise((resolve, reject) => {
    let [first, length, got] = [undefined, undefined, 0];
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (length === undefined) {
        const head = chunk.toString('latin1').split('\r\n\r\n', 1)[0];
        const body = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 200') || !(body > 0)) reject(new Error(head));
        length = head.length + 4 + body;
      }
      if (first === undefined && got > length / 1000) first = performance.now() - at;
      if (got < length) return;
      socket.destroy();
      resolve({ first, whole: performance.now() - at });
    });
    socket.on('close', () => reject(new Error('the connection was cut')));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  });
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
}
