/** Starts the encoders of a channel, and keeps those running that need no publisher. */
import type { Log } from '../telemetry/log.js';
import type { Channel } from './channel.js';
import { type Encoder, startEncoder } from './encoder.js';
import {
  encoderArguments,
  type LiveInput,
  type LiveOutput,
  renditionCount,
} from './encoder-arguments.js';
import type { Publishing } from './rtmp/server.js';
import { createRtmpIngest } from './rtmp-ingest.js';

export interface RunnerParts {
  readonly channel: Channel;
  readonly name: string;
  readonly output: LiveOutput;
  readonly segmentMs: number;
  readonly log: Log;
  readonly now: () => number;
}

export interface Runner {
  /** Lets an RTMP publisher in; or one sentence why not. */
  admit(end: () => void): Publishing | string;
  /** Runs an input that needs no RTMP, for ever, again after a moment when it ends. */
  keep(input: LiveInput): void;
  close(): void;
}

export function createRunner(parts: RunnerParts): Runner {
  return new ChannelRunner(parts);
}

class ChannelRunner implements Runner {
  readonly #parts: RunnerParts;
  /** Once codecs did not fit they are not tried again. */
  #fits = true;
  #encoder: Encoder | undefined;
  #again: NodeJS.Timeout | undefined;
  /** The publisher by RTMP, and when it last sent anything. */
  #publisher: { lastAt: number; readonly end: () => void } | undefined;
  #closed = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  admit(end: () => void): Publishing | string {
    const { channel, name, log, now } = this.#parts;
    const before = this.#publisher;
    if (before !== undefined && now() - before.lastAt < SILENT_MS) {
      return `somebody publishes with the key of "${name}" already`;
    }
    // Its line is cut, most likely, and this is the same one again.
    before?.end();
    const publisher = { lastAt: now(), end };
    this.#publisher = publisher;
    channel.publishing = true;
    log.info({ stream: name }, 'a publisher has come');
    const ingest = createRtmpIngest({
      start: (fits, onEnd) => {
        if (!fits) this.#fits = false;
        return this.#start({ type: 'rtmp' }, onEnd);
      },
      onGone: () => {
        if (this.#closed) end();
        if (this.#publisher !== publisher) return;
        this.#publisher = undefined;
        channel.publishing = false;
        channel.trouble = undefined;
        log.info({ stream: name }, 'the publisher has gone');
      },
      warn: (sentence) => log.warn({ stream: name }, sentence),
      now,
    });
    return {
      media: (media) => {
        publisher.lastAt = now();
        ingest.media(media);
      },
      gone: (meant) => ingest.gone(meant),
    };
  }

  keep(input: LiveInput): void {
    if (this.#closed) return;
    const { channel } = this.#parts;
    // A listener is well again whatever its last publisher sent.
    if (input.type === 'srt') channel.trouble = undefined;
    // What has just failed is not waited for.
    channel.publishing = input.type !== 'srt' && channel.trouble === undefined;
    this.#start(input, () => {
      if (!this.#closed) this.#again = setTimeout(() => this.keep(input), AGAIN_MS);
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#encoder?.kill();
  }

  #start(input: LiveInput, onEnd: () => void): Encoder {
    const { channel, output, segmentMs, name, log } = this.#parts;
    const used: LiveOutput = this.#fits || output.type !== 'copy' ? output : { type: 'transcode' };
    // A listener for SRT may wait for hours: its programme begins with its first bytes.
    let seat = input.type === 'rtmp' ? channel.take(Date.now()) : undefined;
    const encoder = startEncoder({
      args: encoderArguments(input, used, segmentMs),
      renditions: renditionCount(used),
      fed: input.type === 'rtmp',
      onBytes: (rendition, bytes) => {
        channel.publishing = true;
        channel.trouble = undefined;
        seat ??= channel.take(Date.now());
        if (!seat.push(rendition, bytes)) encoder.kill();
        else if (used.type === 'copy' && !channel.tracks.every(({ codec }) => FITS.test(codec))) {
          this.#fits = false;
          log.warn({ stream: name }, 'this is not H.264 and AAC, so it is encoded anew');
          encoder.kill();
        }
      },
      onEnd: (why) => {
        if (this.#encoder === encoder) this.#encoder = undefined;
        if (why !== undefined && !this.#closed) {
          channel.trouble = `ffmpeg ended: ${why}`;
          channel.publishing = false;
          log.warn({ stream: name }, channel.trouble);
        }
        seat?.leave();
        onEnd();
      },
    });
    this.#encoder = encoder;
    return encoder;
  }
}

/** What every player of HLS plays. */
const FITS = /^(?:avc1|mp4a\.40)\b/;
const AGAIN_MS = 1000;
/** A publisher that has sent nothing for so long gives way to the next with its key. */
const SILENT_MS = 2000;
