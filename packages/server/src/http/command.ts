/** A command of an operator: who may give it, and what it says. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Call } from './call.js';
import { refuse } from './reply.js';

/** Bytes of one command. */
export const COMMAND_BYTES_MAX = 262_144;

/**
 * The JSON of a command that may be given; `json` is undefined when it is none. Undefined when it
 * may not: then the answer has been given. `token`: what the operator must show; without one,
 * whoever reaches the port may.
 */
export async function readCommand(
  call: Call,
  token: string | undefined,
): Promise<{ readonly json: unknown } | undefined> {
  return isAllowed(call, token) ? { json: await readJson(call.req) } : undefined;
}

/** Says why not; the answer is given then. */
function isAllowed(call: Call, token: string | undefined): boolean {
  const { req, res, method } = call;
  const { authorization = '', host = '', 'content-type': type = '' } = req.headers;
  const denied = (status: number, why: string): boolean => {
    refuse(call, status, why);
    return false;
  };
  if (method !== 'POST') {
    res.setHeader('Allow', 'POST');
    return denied(405, 'a command is a POST');
  }
  if (token !== undefined && !isSame(authorization, `Bearer ${token}`)) {
    res.setHeader('WWW-Authenticate', 'Bearer');
    return denied(401, 'the admin token is missing or wrong');
  }
  // Pages in a browser on this machine reach this port too: they cannot send this type unasked, and
  // a name of theirs that leads here is no name of this machine.
  if (!/^application\/json\b/i.test(type)) return denied(415, 'send application/json');
  if (token === undefined && !LOCAL.test(host))
    return denied(403, 'ask for 127.0.0.1 or localhost');
  return true;
}

/** Compares digests, so that time tells neither letters nor length. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > COMMAND_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

const LOCAL = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
