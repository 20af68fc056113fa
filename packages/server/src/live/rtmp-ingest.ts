/** What one RTMP publisher sends, to the ffmpeg of its channel: restarted when it must be. */
import { FLV_HEADER, flvFacts, flvTag } from './flv.js';
import type { Publishing, RtmpMedia } from './rtmp/server.js';

/** An ffmpeg that takes FLV. */
export interface FlvEncoder {
  /** False when it cannot keep up, or is gone. */
  write(bytes: Buffer): boolean;
  finish(): void;
  kill(): void;
}

export interface RtmpIngestParts {
  /** `fits`: the codecs may be kept. `onEnd` is called once, when it is gone. */
  readonly start: (fits: boolean, onEnd: () => void) => FlvEncoder;
  /** The publisher has gone and its encoder too. */
  readonly onGone: () => void;
  /** Says something of this publisher. */
  readonly warn: (sentence: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export function createRtmpIngest(parts: RtmpIngestParts): Publishing {
  return new Ingest(parts);
}

class Ingest implements Publishing {
  readonly #parts: RtmpIngestParts;
  readonly #configurations = new Map<RtmpMedia['kind'], RtmpMedia>();
  #waiting: RtmpMedia[] = [];
  #fits = true;
  #encoder: FlvEncoder | undefined;
  /** What that encoder was told to expect; it would pass over anything else. */
  #expected = new Set<RtmpMedia['kind']>();
  #ending = false;
  #restAt = 0;
  #lastMs: number | undefined;
  #gone = false;

  constructor(parts: RtmpIngestParts) {
    this.#parts = parts;
  }

  media(media: RtmpMedia): void {
    const { fits, isConfiguration } = flvFacts(media);
    if (!fits) this.#fits = false;
    if (isConfiguration) this.#configurations.set(media.kind, media);
    this.#watchClock(media);
    this.#watchKinds(media);
    if (this.#encoder === undefined || this.#ending) this.#wait(media, isConfiguration);
    else if (!this.#encoder.write(flvTag(media))) {
      this.#parts.warn('ffmpeg cannot keep up with this publisher, and is started again');
      this.#ending = true;
      this.#encoder.kill();
    }
  }

  gone(): void {
    this.#gone = true;
    this.#waiting = [];
    if (this.#encoder === undefined) this.#parts.onGone();
    else this.#encoder.finish();
    this.#ending = true;
  }

  /** A clock that jumps begins another encoder, since ffmpeg would squeeze or stretch what follows. */
  #watchClock({ timeMs }: RtmpMedia): void {
    const last = this.#lastMs ?? timeMs;
    this.#lastMs = timeMs;
    if (Math.abs(timeMs - last) < JUMP_MS) return;
    this.#parts.warn(
      `the clock of the publisher jumped by ${Math.round((timeMs - last) / 1000)} s`,
    );
    this.#waiting = [];
    this.#anew();
  }

  /** A picture, or sound, that begins later than the other. */
  #watchKinds(media: RtmpMedia): void {
    const { isConfiguration, isKeyframe } = flvFacts(media);
    if (this.#encoder === undefined || this.#ending || this.#expected.has(media.kind)) return;
    if (isConfiguration || (media.kind === 'video' && !isKeyframe)) return;
    const what = media.kind === 'video' ? 'a picture' : 'sound';
    this.#parts.warn(`the publisher sends ${what} from now on, so its encoder is started again`);
    this.#anew();
  }

  /** What the encoder has is worked off, and the next one starts with what comes. */
  #anew(): void {
    if (this.#encoder === undefined || this.#ending) return;
    this.#ending = true;
    this.#encoder.finish();
  }

  /** Kept until it is known what comes: a picture, or a second of sound alone. */
  #wait(media: RtmpMedia, isConfiguration: boolean): void {
    if (isConfiguration) return;
    if (flvFacts(media).isKeyframe) this.#waiting = this.#waiting.filter((m) => m.kind === 'audio');
    this.#waiting.push(media);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    if (this.#encoder !== undefined || this.#parts.now() < this.#restAt) return;
    const first = this.#waiting[0] as RtmpMedia;
    const isPicture = this.#waiting.some((one) => flvFacts(one).isKeyframe);
    const soundAlone = !this.#waiting.some((one) => one.kind === 'video');
    if (isPicture || (soundAlone && media.timeMs - first.timeMs >= SOUND_ALONE_MS)) this.#start();
  }

  #start(): void {
    this.#restAt = this.#parts.now() + REST_MS;
    const encoder = this.#parts.start(this.#fits, () => this.#ended());
    this.#encoder = encoder;
    encoder.write(FLV_HEADER);
    const first = this.#waiting[0]?.timeMs ?? 0;
    const key = this.#waiting.findIndex((one) => flvFacts(one).isKeyframe);
    this.#expected = new Set(this.#waiting.map(({ kind }) => kind));
    for (const one of this.#configurations.values()) {
      // A picture that is described and never comes would be waited for.
      if (one.kind === 'video' && key < 0) continue;
      this.#expected.add(one.kind);
      encoder.write(flvTag({ ...one, timeMs: first }));
    }
    this.#waiting.forEach((one, i) => {
      if (one.kind === 'audio' || i >= key) encoder.write(flvTag(one));
    });
    this.#waiting = [];
  }

  #ended(): void {
    this.#encoder = undefined;
    this.#ending = false;
    if (this.#gone) this.#parts.onGone();
  }
}

const JUMP_MS = 5000;
/** A publisher of sound alone is not waited with for longer. */
const SOUND_ALONE_MS = 1000;
/** An ffmpeg that dies at once is not started more often than this. */
const REST_MS = 1000;
/** Some ten seconds of frames and sound. */
const WAITING_MAX = 1000;
