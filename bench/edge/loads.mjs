/** What the engines are asked: hits by wrk, crowds by raw sockets of our own, whose bytes are not kept. */
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
  const guests = await Promise.all(Array.from({ length: viewers }, () => arrived(engine.port)));
  // A connection is there for us before the engine has taken it.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  const at = performance.now();
  const times = await Promise.all(guests.map((guest) => guest(request, at)));
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

/** A connection whose bytes are read into one buffer that all share, counted and forgotten. */
function arrived(port) {
  return new Promise((resolve, reject) => {
    let take = () => {};
    const onread = { buffer: READ_INTO, callback: (bytes) => take(bytes) };
    const socket = connect({ port, host: '127.0.0.1', onread }, () => {
      resolve((request, at) => exchange(socket, request, at, (taker) => (take = taker)));
    });
    socket.on('error', reject);
  });
}

function exchange(socket, request, at, onBytes) {
  return new Promise((resolve, reject) => {
    let [first, length, got] = [undefined, undefined, 0];
    onBytes((bytes) => {
      got += bytes;
      if (length === undefined) {
        const head = READ_INTO.toString('latin1', 0, bytes).split('\r\n\r\n', 1)[0];
        const body = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 200') || !(body > 0)) reject(new Error(head));
        length = head.length + 4 + body;
      }
      if (first === undefined && got > length / 1000) first = performance.now() - at;
      if (got < length) return true;
      socket.destroy();
      resolve({ first, whole: performance.now() - at });
      return false;
    });
    socket.on('close', () => reject(new Error('the connection was cut')));
    socket.write(request);
  });
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
}

const READ_INTO = Buffer.alloc(256 * 1024);
const SETTLE_MS = 300;
