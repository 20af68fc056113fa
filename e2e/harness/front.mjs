/** A reverse proxy before Shoal, as operators have one: any prefix, and faults on demand. */
import { request as ask } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { listen } from './http.mjs';

/**
 * Proxies `prefix` of its own port to `target`, the WebSocket included. `faults.http(path)` may
 * give
 * `{ status }`, `{ cutAfter }` in bytes, `{ delayMs }` or `{ bytesPerSec }` for a request;
 * `faults.tracker` true refuses sockets. `dropTracker()` ends those that are open.
 */
export async function startFront(target, prefix = '/') {
  const faults = { http: () => undefined, tracker: false };
  const seen = [];
  const sockets = new Set();
  const inside = (url) => (url.startsWith(prefix) ? `/${url.slice(prefix.length)}` : undefined);
  const site = await listen((request, response) => {
    const path = inside(request.url);
    if (path === undefined) return response.writeHead(404).end('outside the prefix');
    const { range, 'user-agent': agent } = request.headers;
    const entry = { path, bytes: 0, range, agent };
    seen.push(entry);
    forward({ request, response, path, target, entry, fault: faults.http(path) ?? {} });
  });
  site.server.on('upgrade', (request, socket, head) => {
    const path = inside(request.url);
    if (path === undefined || faults.tracker) return socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    tunnel({ request, socket, head, path, target });
  });
  const dropTracker = () => {
    for (const socket of sockets) socket.destroy();
  };
  const url = `http://127.0.0.1:${site.port}${prefix}`;
  return { url, faults, seen, sockets, dropTracker, close: site.close };
}

/** Media bytes that went through, init sections left out. */
export function mediaBytes(front) {
  const media = front.seen.filter(({ path }) => /\.m4s(\?|$)/.test(path));
  return media.reduce((sum, { bytes }) => sum + bytes, 0);
}

function forward({ request, response, path, target, entry, fault }) {
  if (fault.status !== undefined) return response.writeHead(fault.status).end();
  const url = new URL(path, target);
  const headers = { ...request.headers, host: url.host };
  const inner = ask(url, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.on('error', () => response.destroy());
    pass({ answer, response, entry, fault });
  });
  inner.on('error', () => response.destroy());
  response.on('close', () => inner.destroy());
  request.on('error', () => inner.destroy());
  setTimeout(() => request.pipe(inner), fault.delayMs ?? 0);
}

/** Copies a body, as slowly as `bytesPerSec` says, and breaks the connection at `cutAfter`. */
function pass({ answer, response, entry, fault }) {
  const { cutAfter = Number.POSITIVE_INFINITY, bytesPerSec } = fault;
  const slowly = bytesPerSec === undefined ? answer : Readable.from(trickle(answer, bytesPerSec));
  slowly.on('data', (chunk) => {
    entry.bytes += chunk.length;
    if (entry.bytes > cutAfter) return response.destroy();
    response.write(chunk);
  });
  slowly.on('end', () => response.end());
  slowly.on('error', () => response.destroy());
}

/** Every slice in its time, so that a reader sees progress. */
async function* trickle(body, bytesPerSec) {
  const size = Math.ceil(bytesPerSec / SLICES);
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += size) {
      await pause(1000 / SLICES);
      yield chunk.subarray(at, at + size);
    }
  }
}

/** A second. */
const SLICES = 20;

function tunnel({ request, socket, head, path, target }) {
  const { hostname, port } = new URL(target);
  const inner = connect(Number(port), hostname, () => {
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    inner.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    inner.write(head);
    inner.pipe(socket);
    socket.pipe(inner);
  });
  for (const [one, other] of [
    [inner, socket],
    [socket, inner],
  ]) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}
