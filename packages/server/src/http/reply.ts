/**
 * Answers from memory: one header block, one body, conditions and HEAD handled once for all roles.
 */
import { createHash } from 'node:crypto';
import { cacheControl, matchesNone, type ObjectKind } from '@shoal/core/edge';
import type { ByteKind } from '../telemetry/meters.js';
import type { Call } from './call.js';

export interface Reply {
  readonly status?: number;
  readonly type: string;
  readonly body: Buffer | string;
  readonly kind: ObjectKind;
  /** What the bytes count as in the metrics. */
  readonly counts: ByteKind;
  /** Computed from the body when absent. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a whole body, or 304 when the asker has it. */
export function reply(call: Call, answer: Reply): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const status = answer.status ?? 200;
  const etag = status === 200 ? (answer.etag ?? etagOf(body)) : undefined;
  const headers: Record<string, string | number> = {
    'Content-Type': answer.type,
    'Cache-Control': cacheControl(answer.kind),
    ...(etag === undefined ? {} : { ETag: etag }),
    ...answer.headers,
  };
  if (matchesNone(call.req.headers['if-none-match'], etag)) {
    call.res.writeHead(304, headers).end();
    return;
  }
  headers['Content-Length'] = body.length;
  call.res.writeHead(status, headers);
  if (call.method !== 'HEAD') call.meters.sent(answer.counts, body.length);
  call.res.end(call.method === 'HEAD' ? undefined : body);
}

export function replyJson(call: Call, value: unknown, status = 200): void {
  const body = `${JSON.stringify(value)}\n`;
  reply(call, { status, type: 'application/json', body, kind: { type: 'page' }, counts: 'page' });
}

/** A short plain sentence; nothing of the request is echoed. */
export function refuse(call: Call, status: number, sentence: string): void {
  if (call.res.headersSent) {
    call.res.destroy();
    return;
  }
  const kind: ObjectKind = { type: status === 404 ? 'absent' : 'page' };
  reply(call, {
    status,
    type: 'text/plain; charset=utf-8',
    body: `${sentence}\n`,
    kind,
    counts: 'page',
  });
}

/** A strong validator of these very bytes. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}
