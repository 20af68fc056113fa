/**
 * The bench's origin: one stream over HTTP/1.1, every byte counted, its link and faults as asked.
 */

import { createServer } from 'node:http';
import { Counters, clientOf } from './counters.mjs';
import { livePlaylist, multivariantPlaylist, newestSegment, vodPlaylist } from './playlists.mjs';
import { preflight, send } from './sending.mjs';
import { FairEgress } from './shaper.mjs';

const PLAYLIST = 'application/vnd.apple.mpegurl';
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * An origin that streams from `startMs` on (wall clock). Options: `clip`, `stream`, `window`,
 * `egressKbps`, `fault`, `capSigner` (the signer's fetches share the capped link).
 */
export class Origin {
  constructor(options) {
    this.options = options;
    this.counters = new Counters();
    this.egress = options.egressKbps ? new FairEgress({ kbps: options.egressKbps }) : undefined;
    const { segmentSec, renditions } = options.clip;
    this.channel = {
      segmentSec,
      window: options.window,
      count: renditions[0].segments.length,
      startMs: options.startMs,
    };
    this.runStartMs = Number.POSITIVE_INFINITY;
  }

  /**
   * The instant faults count from; what the warm-up asked is forgotten, what the signer took is
   * not.
   */
  runStarts(nowMs) {
    this.runStartMs = nowMs;
    this.counters.forget('other');
  }

  createServer() {
    const server = createServer((req, res) => this.#handle(req, res));
    server.keepAliveTimeout = 65_000;
    return server;
  }

  snapshot() {
    return { ...this.counters.snapshot(), channel: this.channel };
  }

  close() {
    this.egress?.stop();
  }

  #handle(req, res) {
    if (req.method === 'OPTIONS') return preflight(res);
    const client = clientOf(req.headers['user-agent']);
    const found = this.#find(new URL(req.url, 'http://origin').pathname);
    const fault = found.kind === 'media' && client.startsWith('v') ? this.#fault() : undefined;
    const answer = fault?.status ? notFound(fault.status) : found;
    const egress = client.startsWith('v') || this.options.capSigner ? this.egress : undefined;
    const { kind, key, size } = found;
    const range = req.headers.range;
    const account = this.counters.begin({ client, kind, key, size, range, startedMs: Date.now() });
    const reply = () => send(req, res, { ...answer, egress }, account);
    if (fault?.delayMs) setTimeout(reply, fault.delayMs);
    else reply();
  }

  #fault() {
    const { fault } = this.options;
    const atSec = (Date.now() - this.runStartMs) / 1000;
    return fault && atSec >= fault.fromSec && atSec < fault.toSec ? fault : undefined;
  }

  #find(path) {
    const { stream, clip } = this.options;
    if (stream === 'ladder' && path === '/ladder/index.m3u8') {
      return playlist(multivariantPlaylist(clip.renditions), 'max-age=60');
    }
    const prefix = stream === 'ladder' ? /^\/ladder\/(\d+)\/(.*)$/ : /^\/(live|vod)\/(.*)$/;
    const [, name, file] = prefix.exec(path) ?? [];
    const rendition =
      stream === 'ladder'
        ? clip.renditions.find((r) => r.name === name)
        : name === stream && clip.renditions[0];
    return rendition ? this.#file(rendition, file) : notFound(404);
  }

  #file(rendition, file) {
    if (file === 'index.m3u8') return this.#mediaPlaylist(rendition);
    if (file === 'init.mp4') return media(rendition.init, undefined, `"${rendition.name}-init"`);
    const index = Number(/^s(\d+)\.m4s$/.exec(file)?.[1] ?? Number.NaN);
    if (!(index <= this.#newest())) return { ...notFound(404), kind: 'media' };
    return media(rendition.segments[index], `${rendition.name}:${index}`);
  }

  #newest() {
    if (this.options.stream === 'vod') return this.channel.count - 1;
    return newestSegment(Date.now(), this.channel);
  }

  #mediaPlaylist(rendition) {
    if (this.options.stream === 'vod') {
      return playlist(vodPlaylist(rendition, this.channel), 'max-age=3600');
    }
    return playlist(livePlaylist(rendition, Date.now(), this.channel), 'max-age=1');
  }
}

function playlist(text, cache) {
  return { kind: 'playlist', body: Buffer.from(text), type: PLAYLIST, cache };
}

function media(body, key, etag = `"${key}"`) {
  return { kind: 'media', body, key, size: body.length, type: 'video/mp4', cache: FOREVER, etag };
}

function notFound(status) {
  const body = Buffer.from('not here\n');
  return { kind: 'other', body, type: 'text/plain', cache: 'no-store', status };
}
