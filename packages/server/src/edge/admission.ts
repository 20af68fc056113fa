/** Lets requests in that Node's HTTP parser read, as the fast lane does with plain ones. */
import type { IncomingHttpHeaders } from 'node:http';
import { TOKEN_HEADER } from '@shoal/core/access';
import type { Call } from '../http/call.js';
import { addressOf } from '../tracker/http.js';
import { type Admitted, type Front, shortly } from './front.js';
import type { OnVisit } from './visit.js';

export interface AdmissionParts {
  readonly front: Front;
  /** Answers who was let in, with the target that was made of the call's own. */
  readonly serve: (call: Call, target: string) => Promise<void>;
  readonly now: () => number;
  readonly onVisit: OnVisit;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Whether the last hop of `X-Forwarded-For` is the viewer. */
  readonly trustProxy: boolean;
}

/** Serves a call if its token, where one is needed, allows it. */
export async function admit(call: Call, parts: AdmissionParts): Promise<void> {
  const { req, res, method } = call;
  const visited = watch(call, parts);
  const admitted = await parts.front.admit({
    method,
    target: req.url ?? '',
    host: req.headers.host,
    cookie: req.headers.cookie,
    token: oneOf(req.headers[TOKEN_HEADER]),
    address: addressOf(req, parts.trustProxy),
  });
  const counted = visited(admitted);
  if (admitted.type === 'in') return parts.serve(counted, admitted.target);
  const { status, headers, body } = shortly(admitted);
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  res.end(method === 'HEAD' ? undefined : body);
}

/** Tells of this call when it is over; gives one that counts what is sent. */
function watch(call: Call, parts: AdmissionParts): (admitted: Admitted) => Call {
  const { req, res, method, meters } = call;
  const [began, atMs] = [parts.now(), parts.wall()];
  const address = addressOf(req, parts.trustProxy);
  let bytes = 0;
  let admitted: Admitted | undefined;
  res.once('close', () => {
    parts.onVisit({
      atMs,
      tookMs: parts.now() - began,
      address,
      method,
      target: admitted?.target ?? '',
      status: res.statusCode,
      bytes,
      whole: res.writableFinished,
      cache: String(res.getHeader('cache-status') ?? '').replace(/^shoal; /, ''),
      report: admitted?.report ?? reportOf(req.headers),
    });
  });
  const sent: typeof meters.sent = (kind, count) => {
    bytes += count;
    meters.sent(kind, count);
  };
  return (known) => {
    admitted = known;
    return { ...call, meters: { ...meters, sent } };
  };
}

/** What a player says in headers (CTA-5004 section 2.1); they make one report together. */
function reportOf(headers: IncomingHttpHeaders): string | undefined {
  const all = REPORT_HEADERS.map((name) => oneOf(headers[name])).filter((one) => one !== undefined);
  return all.length === 0 ? undefined : all.join(',');
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(',');
}

const REPORT_HEADERS = ['cmcd-object', 'cmcd-request', 'cmcd-session', 'cmcd-status'] as const;
