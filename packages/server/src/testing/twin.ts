/** An upstream for tests: a small HLS site that counts requests and misbehaves on demand. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the twin answers one path. */
export type Behaviour =
  | { readonly type: 'status'; readonly status: number }
  /** Headers now, the body after `ms`. */
  | { readonly type: 'slow'; readonly ms: number }
  /** The first ten bytes now, the rest when `until` resolves. */
  | { readonly type: 'held'; readonly until: Promise<void> }
  /** Half of the body, then the connection ends. */
  | { readonly type: 'cut' }
  /** More is announced than comes. */
  | { readonly type: 'lying' }
  /** Never answers. */
  | { readonly type: 'silent' }
  | { readonly type: 'redirect'; readonly to: string }
  | { readonly type: 'text'; readonly text: string };

export interface Twin {
  readonly url: string;
  /** Requests by path, queries included. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Adds or replaces a file. */
  put(path: string, body: string | Uint8Array): void;
  /** Sets how a path misbehaves; undefined: it behaves again. */
  behave(path: string, behaviour: Behaviour | undefined): void;
  count(path: string): number;
  close(): Promise<void>;
}

export async function startTwin(): Promise<Twin> {
  const files = new Map<string, Buffer>();
  const behaviours = new Map<string, Behaviour>();
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((req, res) => {
    const path = (req.url ?? '').replace(/\?.*$/, '');
    asked.push(req.url ?? '');
    headers.push(req.headers);
    answer(req, res, files.get(path), behaviours.get(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    headers,
    put: (path, body) => void files.set(path, Buffer.from(body as Uint8Array)),
    behave: (path, behaviour) => {
      if (behaviour === undefined) behaviours.delete(path);
      else behaviours.set(path, behaviour);
    },
    count: (path) => asked.filter((url) => url.replace(/\?.*$/, '') === path).length,
    close: () => close(server),
  };
}

function answer(
  req: IncomingMessage,
  res: ServerResponse,
  body: Buffer | undefined,
  behaviour: Behaviour | undefined,
): void {
  if (behaviour?.type === 'silent') return;
  if (behaviour?.type === 'redirect') {
    res.writeHead(302, { Location: behaviour.to }).end();
  } else if (behaviour?.type === 'status') {
    res.writeHead(behaviour.status).end('no');
  } else if (behaviour?.type === 'text') {
    res.writeHead(200, { 'Content-Type': 'text/html' }).end(behaviour.text);
  } else if (body === undefined) {
    res.writeHead(404).end('no');
  } else {
    sendBody(req, res, body, behaviour);
  }
}

function sendBody(
  req: IncomingMessage,
  res: ServerResponse,
  body: Buffer,
  behaviour: Behaviour | undefined,
): void {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  if (req.headers['if-none-match'] === etag) {
    res.writeHead(304, { ETag: etag }).end();
    return;
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
  const [from, end] = range === null ? [0, body.length] : [Number(range[1]), Number(range[2]) + 1];
  const part = body.subarray(from, end);
  const last = from + part.length - 1;
  const announced = part.length + (behaviour?.type === 'lying' ? 100 : 0);
  const status = range === null ? 200 : 206;
  res.writeHead(status, {
    'Content-Length': announced,
    ETag: etag,
    ...(range === null ? {} : { 'Content-Range': `bytes ${from}-${last}/${body.length}` }),
  });
  if (behaviour?.type === 'cut' || behaviour?.type === 'lying') {
    res.write(part.subarray(0, behaviour.type === 'cut' ? part.length >> 1 : part.length));
    setTimeout(() => res.destroy(), 20);
  } else if (behaviour?.type === 'held') {
    res.write(part.subarray(0, 10));
    void behaviour.until.then(() => res.end(part.subarray(10)));
  } else if (behaviour?.type === 'slow') {
    res.write(part.subarray(0, 10));
    setTimeout(() => res.end(part.subarray(10)), behaviour.ms);
  } else {
    res.end(part);
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A behaviour that a test ends when it likes. */
export function held(): { readonly behaviour: Behaviour; release(): void } {
  let release: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { behaviour: { type: 'held', until }, release };
}

/** Bytes that differ by seed, so that one segment cannot pass for another. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    bytes[i] = state & 255;
  }
  return bytes;
}

/** A media playlist of segments `from` to `to`, two seconds each. */
export function mediaText(from: number, to: number, ended: boolean, prefix = 's'): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2'];
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${from}`, '#EXT-X-MAP:URI="init.mp4"');
  for (let i = from; i <= to; i++) lines.push('#EXTINF:2.000,', `${prefix}${i}.m4s`);
  if (ended) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}
