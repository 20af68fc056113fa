import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANE_REQUEST_BYTES_MAX, readPlain } from './plain-request.js';

const read = (text: string) => readPlain(Buffer.from(text, 'latin1'));
const PLAYER =
  'Host: edge.example\r\nUser-Agent: player\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\n\r\n';

it('reads the requests of players', () => {
  expect(read(`GET /a/s1.m4s?t=1 HTTP/1.1\r\n${PLAYER}`)).toEqual({
    target: '/a/s1.m4s?t=1',
    gzip: true,
    host: 'edge.example',
    cookie: undefined,
  });
  expect(read('GET / HTTP/1.1\r\nhost: a\r\nconnection: Keep-Alive\r\n\r\n')).toEqual({
    target: '/',
    gzip: false,
    host: 'a',
    cookie: undefined,
  });
  const cookie = 'GET / HTTP/1.1\r\nhost: a\r\ncookie: a=1; b=2\r\n\r\n';
  expect(read(cookie)?.cookie).toBe('a=1; b=2');
});

describe('leaves to the HTTP parser', () => {
  it.each([
    ['another method', `HEAD /a HTTP/1.1\r\n${PLAYER}`],
    ['a method in other case', `get /a HTTP/1.1\r\n${PLAYER}`],
    ['an older version', `GET /a HTTP/1.0\r\n${PLAYER}`],
    ['a whole address', `GET http://10.0.0.1/a HTTP/1.1\r\n${PLAYER}`],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${PLAYER}`],
    ['a tab in the target', `GET /a\tb HTTP/1.1\r\n${PLAYER}`],
    ['a fragment', `GET /a#b HTTP/1.1\r\n${PLAYER}`],
    ['a byte that is not ASCII', `GET /\xe9 HTTP/1.1\r\n${PLAYER}`],
    ['half a request', 'GET /a HTTP/1.1\r\nHost: a\r\n'],
    ['two requests', `GET /a HTTP/1.1\r\n${PLAYER}GET /b HTTP/1.1\r\n${PLAYER}`],
    ['a body after it', `GET /a HTTP/1.1\r\n${PLAYER}x`],
    ['no host', 'GET /a HTTP/1.1\r\nAccept: */*\r\n\r\n'],
    ['two hosts', 'GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['two cookies', 'GET /a HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n'],
    ['a length', 'GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n'],
    ['chunks', 'GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['chunks, disguised', 'GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n'],
    ['a folded line', 'GET /a HTTP/1.1\r\nHost: a\r\nAccept: a\r\n b\r\n\r\n'],
    ['bare line feeds', 'GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n'],
    ['a bare carriage return', 'GET /a HTTP/1.1\r\nHost: a\rX: y\r\n\r\n'],
    ['a null byte', 'GET /a HTTP/1.1\r\nHost: a\0\r\n\r\n'],
    ['a range', 'GET /a HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n'],
    ['a condition', 'GET /a HTTP/1.1\r\nHost: a\r\nIf-None-Match: "a"\r\n\r\n'],
    ['an end', 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ['an upgrade', 'GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n'],
    ['a header it does not know', 'GET /a HTTP/1.1\r\nHost: a\r\nX-Any: 1\r\n\r\n'],
    ['a loop', 'GET /a HTTP/1.1\r\nHost: a\r\nCDN-Loop: a\r\n\r\n'],
    ['no header at all', 'GET /a HTTP/1.1\r\n\r\n'],
    ['nothing', ''],
    ['a long one', `GET /${'a'.repeat(LANE_REQUEST_BYTES_MAX)} HTTP/1.1\r\n${PLAYER}`],
  ])('%s', (_what, text) => expect(read(text)).toBeUndefined());

  it('whatever is not one clean head, also when pieces of heads are put together', () => {
    const piece = fc.constantFrom(
      'GET /a HTTP/1.1\r\n',
      'Host: a\r\n',
      'Accept: */*\r\n',
      'Content-Length: 1\r\n',
      '\r\n',
      '\n',
      '\r',
      ' ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        if (read(text) === undefined) return;
        expect(text.match(/GET /g)).toHaveLength(1);
        expect(text.match(/Host: a/g)).toHaveLength(1);
        expect(text.indexOf('\r\n\r\n')).toBe(text.length - 4);
        expect(text).not.toContain('Content-Length');
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Node's parser sees the same", () => {
  const nasty = fc.constantFrom(
    ...['\r\n', '\n', '\r', '\r\n\r\n', '\0', ' ', '\t', ':', '/', '?', '"', '\\', '{|}', '\x80'],
    ...['Host: b\r\n', 'Content-Length: 5\r\n', 'Content-Length : 5\r\n', 'Accept: a\r\n b\r\n'],
    ...[
      'Transfer-Encoding: chunked\r\n',
      'transfer-encoding:\tchunked\r\n',
      'Connection: close\r\n',
    ],
    ...[
      'Expect: 100-continue\r\n',
      'GET /x HTTP/1.1\r\n',
      ' HTTP/1.1\r\n',
      'hello',
      'Te: trailers\r\n',
    ],
    ...['Accept:\r\n', 'accept:x\r\n', 'Origin: \t \r\n', 'DNT: 1\r\n', ': x\r\n', 'a_b: c\r\n'],
  );
  const request = fc
    .tuple(
      fc.constantFrom('/a', '/', '/a?b=c', '/a"b', '/{a|b}', '/a%00', '/a^`<>\\'),
      fc.constantFrom(
        'Host: a\r\n',
        `${PLAYER.slice(0, -2)}`,
        'host:a\r\nconnection: keep-alive\r\n',
      ),
      fc.array(fc.tuple(nasty, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 3 }),
    )
    .map(([target, headers, inserts]) => {
      let text = `GET ${target} HTTP/1.1\r\n${headers}\r\n`;
      for (const [piece, place] of inserts) {
        const at = Math.round(place * text.length);
        text = text.slice(0, at) + piece + text.slice(at);
      }
      return text;
    });

  it('one request that ends where the lane says, whatever is put into it', async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(request, async (text) => {
        const plain = readPlain(Buffer.from(text, 'latin1'));
        if (plain === undefined) return;
        read += 1;
        const seen = await parsed(`${text}GET /sentinel HTTP/1.1\r\nHost: a\r\n\r\n`);
        expect(seen).toEqual([`GET ${plain.target} 0`, 'GET /sentinel 0']);
      }),
      { numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  /** What Node's HTTP server makes of a connection's bytes: method, target, length of the body. */
  function parsed(text: string): Promise<readonly string[]> {
    const seen: string[] = [];
    const server = createServer();
    const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    return new Promise((resolve) => {
      const settle = (): void => {
        resolve(seen);
        socket.destroy();
      };
      server.on('request', (req: IncomingMessage, res) => {
        let body = 0;
        req.on('data', (chunk: Buffer) => {
          body += chunk.length;
        });
        req.on('end', () => {
          seen.push(`${req.method} ${req.url} ${body}`);
          res.end();
          if (req.url === '/sentinel') settle();
        });
      });
      server.on('clientError', (error: NodeJS.ErrnoException) => {
        seen.push(error.code ?? 'error');
        settle();
      });
      socket.on('close', () => resolve(seen));
      server.emit('connection', socket);
      socket.push(Buffer.from(text, 'latin1'));
    });
  }
});
