/** FLV (Adobe's specification 10.1, annex E), which is how ffmpeg is given what RTMP brought. */
import type { RtmpMedia } from './rtmp/server.js';

/** The file's header: sound and picture may come. */
export const FLV_HEADER = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0]);

export function flvTag({ kind, timeMs, payload }: RtmpMedia): Buffer {
  const head = Buffer.alloc(11);
  head[0] = kind === 'audio' ? 8 : 9;
  head.writeUIntBE(payload.length, 1, 3);
  head.writeUIntBE(timeMs & 0xffffff, 4, 3);
  head[7] = timeMs >>> 24;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length + payload.length);
  return Buffer.concat([head, payload, size]);
}

/** What a tag is, by its first bytes. */
export interface FlvFacts {
  /** Whether our packager takes this codec as it is: H.264 or AAC. */
  readonly fits: boolean;
  /** The decoder's configuration: an encoder that starts later needs it first. */
  readonly isConfiguration: boolean;
  /** A picture that needs no other. */
  readonly isKeyframe: boolean;
}

export function flvFacts({ kind, payload }: Pick<RtmpMedia, 'kind' | 'payload'>): FlvFacts {
  const [first = 0, second = 0] = payload;
  if (kind === 'audio') {
    const fits = first >> 4 === AAC;
    return { fits, isConfiguration: fits && second === 0, isKeyframe: false };
  }
  const fits = (first & 0x8f) === AVC;
  return { fits, isConfiguration: fits && second === 0, isKeyframe: first >> 4 === 1 };
}

const AAC = 10;
const AVC = 7;
