/** `POST /api/cmcd`: reports that players send apart from requests (CMCD version 2, event mode). */
import type { IncomingMessage } from 'node:http';
import type { Call, Route } from '../http/call.js';
import { refuse } from '../http/reply.js';
import type { Cmcd } from './cmcd.js';

/** Bytes of one body. */
export const EVENTS_BYTES_MAX = 65_536;

/** Reports of one body, a line each. */
export const EVENTS_MAX = 100;

export function cmcdRoute(cmcd: Cmcd): Route {
  return { at: 'api/cmcd', post: true, cors: true, handle: (call) => take(call, cmcd) };
}

async function take(call: Call, cmcd: Cmcd): Promise<void> {
  const { req, res, method } = call;
  if (method !== 'POST') {
    res.setHeader('Allow', 'POST, OPTIONS');
    refuse(call, 405, 'reports come by POST');
    return;
  }
  if (!/^(?:application|text)\/cmcd\b/i.test(req.headers['content-type'] ?? '')) {
    refuse(call, 415, 'send application/cmcd, a report a line');
    return;
  }
  const text = await textOf(req);
  const lines = text?.split(/\r?\n/).filter((line) => line !== '') ?? [];
  if (text === undefined || lines.length > EVENTS_MAX) {
    refuse(call, 413, `send ${EVENTS_MAX} reports or ${EVENTS_BYTES_MAX} bytes at most`);
    return;
  }
  for (const line of lines) cmcd.take(line);
  res.writeHead(204).end();
}

/** Undefined when it is too long. */
async function textOf(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > EVENTS_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
