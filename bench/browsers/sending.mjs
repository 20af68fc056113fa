/**
 * Answers a request with bytes: ranges, CORS, cache headers, and an exact count of what went out.
 */

const CHUNK_BYTES = 64 * 1024;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Content-Length, Content-Range, Date, ETag, Age',
  'timing-allow-origin': '*',
};

export function preflight(res) {
  res.writeHead(204, {
    ...CORS,
    'access-control-allow-headers': '*',
    'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    'access-control-max-age': '86400',
  });
  res.end();
}

/**
 * Sends `body`, tells `account` of each chunk the socket took, and of the end or the cut.
 * With `egress` the bytes queue there for their turn.
 */
export function send(req, res, { body, type, cache, etag, status = 200, egress }, account) {
  const part = status === 200 ? rangeOf(req.headers.range, body.length) : undefined;
  const headers = { ...CORS, 'content-type': type, 'cache-control': cache };
  if (etag) Object.assign(headers, { etag, 'accept-ranges': 'bytes' });
  if (part === 'bad') return refuseRange(res, headers, body.length, account);
  const bytes = part ? body.subarray(part.from, part.to + 1) : body;
  if (part) headers['content-range'] = `bytes ${part.from}-${part.to}/${body.length}`;
  headers['content-length'] = bytes.length;
  const code = part ? 206 : status;
  res.writeHead(code, headers);
  res.on('close', () => account.ended(code));
  pour(res, req.method === 'HEAD' ? Buffer.alloc(0) : bytes, egress, account);
}

/**
 * `{ from, to }` inclusive, undefined when the whole body is asked, 'bad' when it cannot be met.
 */
export function rangeOf(header, length) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') return { from: Math.max(0, length - Number(match[2])), to: length - 1 };
  const from = Number(match[1]);
  const to = match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1);
  return from >= length || to < from ? 'bad' : { from, to };
}

function refuseRange(res, headers, length, account) {
  res.writeHead(416, { ...headers, 'content-range': `bytes */${length}`, 'content-length': 0 });
  res.end();
  account.ended(416);
}

// A chunk counts when the socket took it, so the rest of an aborted answer does not.
function pour(res, bytes, egress, account) {
  let at = 0;
  let closed = false;
  const write = (size, next) => {
    const chunk = bytes.subarray(at, at + size);
    at += chunk.length;
    res.write(chunk, (error) => {
      if (!error) account.sent(chunk.length);
      next?.();
    });
    if (at >= bytes.length) res.end();
  };
  res.on('close', () => {
    closed = true;
  });
  if (bytes.length === 0) return res.end();
  if (egress) return egress.add({ left: () => (closed ? 0 : bytes.length - at), write });
  const more = () => !closed && at < bytes.length && write(CHUNK_BYTES, more);
  more();
}
