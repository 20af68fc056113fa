/** The RTMP port: publishers come, are let in by their key, and hand over media. */
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ShoalError } from '@shoal/core/errors';
import { type Log, networkOf } from '../../telemetry/log.js';
import { createRtmpSession, type RtmpOutput } from './session.js';

export interface RtmpMedia {
  readonly kind: 'audio' | 'video';
  readonly timeMs: number;
  /** That of an FLV tag. */
  readonly payload: Buffer;
}

/** A publisher that was let in. */
export interface Publishing {
  media(media: RtmpMedia): void;
  /** `meant`: it said goodbye; else it was cut off and may come again. */
  gone(meant: boolean): void;
}

export interface RtmpConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly connectionsMax: number;
  /** Until it publishes. */
  readonly helloMs: number;
  /** A publisher that sends nothing for so long is gone. */
  readonly silenceMs: number;
}

export const DEFAULT_RTMP: Omit<RtmpConfig, 'host' | 'port'> = {
  connectionsMax: 256,
  helloMs: 10_000,
  silenceMs: 15_000,
};

export interface RtmpParts {
  /**
   * Who may publish: the publishing, or one sentence why not. `end` closes its connection.
   */
  readonly admit: (key: string, end: () => void) => Publishing | string;
  readonly log: Log;
}

export interface RtmpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens; a port in use is a `server/port` error. */
export async function startRtmp(config: RtmpConfig, parts: RtmpParts): Promise<RtmpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, config, parts);
  });
  server.maxConnections = config.connectionsMax;
  await listen(server, config);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, config: RtmpConfig, { admit, log }: RtmpParts): void {
  const session = createRtmpSession(() => randomBytes(1528));
  const from = networkOf(socket.remoteAddress ?? '');
  let publishing: Publishing | undefined;
  const refuse = (why: string): void => {
    log.warn({ from }, `a publisher was refused: ${why}`);
    socket.end(session.refuse(why));
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
  const leave = (meant: boolean): void => {
    const was = publishing;
    publishing = undefined;
    was?.gone(meant);
  };
  const perform = (output: RtmpOutput): void => {
    if (output.type === 'send') socket.write(output.bytes);
    else if (output.type === 'media') publishing?.media(output);
    else if (output.type === 'unpublish') leave(true);
    else {
      const answer = admit(output.key, () => socket.destroy());
      if (typeof answer === 'string') {
        refuse(answer);
        return;
      }
      publishing = answer;
      clearTimeout(hello);
      socket.setTimeout(config.silenceMs);
      socket.write(session.accept());
    }
  };
  const hello = setTimeout(() => {
    log.warn({ from }, 'a connection to the RTMP port did not publish anything');
    socket.destroy();
  }, config.helloMs);
  socket.setNoDelay(true);
  socket.on('timeout', () => {
    log.warn(
      { from },
      `a publisher has sent nothing for ${config.silenceMs / 1000} s, and is cut off`,
    );
    socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(hello);
    leave(false);
  });
  socket.on('data', (bytes) => {
    try {
      for (const output of session.push(bytes)) if (!socket.destroyed) perform(output);
    } catch (error) {
      log.warn({ from, err: error }, 'what came on the RTMP port is no RTMP');
      socket.destroy();
    }
  });
}

function listen(server: Server, { host, port }: RtmpConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const detail = inUse
        ? `${port} on ${host}; choose another with --rtmp-port`
        : `cannot listen for RTMP on ${host}:${port}: ${error.message}`;
      reject(new ShoalError(inUse ? 'server/port' : 'server/config', detail, error));
    });
    server.listen(port, host, () => resolve());
  });
}

/** For the refusal to arrive. */
const LINGER_MS = 1000;
