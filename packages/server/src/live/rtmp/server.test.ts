import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createLog } from '../../telemetry/log.js';
import { until } from '../../testing/verifying.js';
import { writeAmf } from './amf.js';
import { writeMessage } from './chunks.js';
import { DEFAULT_RTMP, type RtmpConfig, type RtmpServer, startRtmp } from './server.js';

const open: RtmpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

it('cuts off who connects and says nothing, and says so', async () => {
  const { port, said } = await start({ helloMs: 50 });
  await once(await dial(port), 'close');
  expect(said).toEqual(['a connection to the RTMP port did not publish anything']);
});

it('cuts off who greets and never publishes', async () => {
  const { port, said } = await start({ helloMs: 50 });
  const socket = await dial(port);
  socket.write(HELLO);
  await once(socket, 'close');
  expect(said).toEqual(['a connection to the RTMP port did not publish anything']);
});

it('cuts off a publisher that was let in and sends nothing, and lets its place go', async () => {
  const { port, said, gone } = await start({ silenceMs: 50 });
  const socket = await dial(port);
  socket.write(Buffer.concat([HELLO, PUBLISH]));
  await once(socket, 'close');
  await until(() => gone.length > 0);
  expect(said[0]).toMatch(/a publisher has sent nothing for 0.05 s, and is cut off/);
});

it('tells a publisher whose key nobody knows, and says so', async () => {
  const { port, said } = await start({}, 'no stream has this key');
  const socket = await dial(port);
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
  });
  socket.write(Buffer.concat([HELLO, PUBLISH]));
  await once(socket, 'end');
  expect(answer).toContain('no stream has this key');
  expect(said).toEqual(['a publisher was refused: no stream has this key']);
  socket.destroy();
});

it.each([
  ['of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['of noise after a good greeting', Buffer.concat([hello(), Buffer.alloc(5000, 0xfe)])],
])('ends a connection %s, and no other', async (_, bytes) => {
  const { port, said, gone } = await start({});
  const other = await dial(port);
  other.write(Buffer.concat([HELLO, PUBLISH]));
  const socket = await dial(port);
  socket.write(bytes);
  await once(socket, 'close');
  expect(said).toEqual(['what came on the RTMP port is no RTMP']);
  expect([other.closed, gone]).toEqual([false, []]);
  other.destroy();
});

/** Version, time and zeros, and the echo of the answer, which nobody checks. */
function hello(): Buffer {
  return Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1536)]);
}

const HELLO = hello();
const PUBLISH = writeMessage(3, {
  type: 20,
  streamId: 1,
  timeMs: 0,
  payload: writeAmf(['publish', 1, null, 'a-key']),
});

async function start(config: Partial<RtmpConfig>, refusal?: string) {
  const said: string[] = [];
  const gone: boolean[] = [];
  const log = createLog('silent');
  log.warn = ((_: unknown, sentence: string) => void said.push(sentence)) as typeof log.warn;
  const admit = () =>
    refusal ?? { media: () => {}, gone: (meant: boolean) => void gone.push(meant) };
  const all = { ...DEFAULT_RTMP, host: '127.0.0.1', port: 0, ...config };
  const server = await startRtmp(all, { admit, log });
  open.push(server);
  return { port: server.port, said, gone };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}
