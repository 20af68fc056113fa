/** A source that plays a bundled title for ever as a live channel, without a seam. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShoalError } from '@shoal/core/errors';
import { shiftSegment, trackTimescales } from '@shoal/core/media';
import type { Opened, Source } from './source.js';

/** The title's shape: the same segments in every rendition. */
export interface LoopClip {
  /** Folder with `index.m3u8` and a folder a rendition. */
  readonly folder: string;
  readonly renditions: readonly string[];
  readonly segments: number;
  readonly segmentMs: number;
  /** Segments that the playlist shows. */
  readonly window: number;
}

/** Where the channel's playlist is, for `Source.playlist`. */
export const LOOP_URL = 'loop://channel/index.m3u8';

/**
 * `elapsedMs` since the channel began; it starts with a full window, so that nobody waits for the
 * first viewers.
 */
export function createLoopSource(
  clip: LoopClip,
  startedAtMs: number,
  elapsedMs: () => number,
): Source {
  const files = new Map<string, Promise<Buffer>>();
  const file = (path: string): Promise<Buffer> => {
    const known = files.get(path) ?? readFile(join(clip.folder, path));
    files.set(path, known);
    return known;
  };
  const newest = (): number => clip.window - 1 + Math.floor(elapsedMs() / clip.segmentMs);
  const media = async (rendition: string, name: string): Promise<Uint8Array | undefined> => {
    if (name === 'init.mp4') return file(`${rendition}/init.mp4`);
    const sequence = Number(/^(\d{1,12})\.m4s$/.exec(name)?.[1] ?? Number.NaN);
    if (!(sequence <= newest())) return undefined;
    const round = Math.floor(sequence / clip.segments);
    const bytes = await file(`${rendition}/seg-${sequence % clip.segments}.m4s`);
    const init = await file(`${rendition}/init.mp4`);
    return shiftSegment(bytes, shifts(init, round * clip.segments * clip.segmentMs), sequence + 1);
  };
  return {
    playlist: async (url) => {
      const path = new URL(url).pathname.slice(1);
      if (path === 'index.m3u8') {
        const text = (await file('index.m3u8')).toString('utf8');
        return { type: 'text', text, url, validator: undefined };
      }
      const rendition = path.split('/')[0] ?? '';
      if (!clip.renditions.includes(rendition))
        throw new ShoalError('server/source', 'no such rendition');
      return {
        type: 'text',
        text: windowText(clip, newest(), startedAtMs),
        url,
        validator: undefined,
      };
    },
    open: async (url) => {
      const [rendition = '', name = ''] = new URL(url).pathname.slice(1).split('/');
      const bytes = clip.renditions.includes(rendition) ? await media(rendition, name) : undefined;
      return bytes === undefined ? missing() : whole(bytes);
    },
  };
}

/** `ms` in the ticks of each track. */
function shifts(init: Uint8Array, ms: number): ReadonlyMap<number, bigint> {
  const scales = [...trackTimescales(init)];
  return new Map(scales.map(([track, scale]) => [track, (BigInt(ms) * BigInt(scale)) / 1000n]));
}

function windowText({ window, segmentMs }: LoopClip, newest: number, startedAtMs: number): string {
  const first = newest - window + 1;
  const date = new Date(startedAtMs + (first - window) * segmentMs).toISOString();
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(segmentMs / 1000)}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
    `#EXT-X-PROGRAM-DATE-TIME:${date}`,
  ];
  for (let sequence = first; sequence <= newest; sequence++) {
    lines.push(`#EXTINF:${(segmentMs / 1000).toFixed(3)},`, `${sequence}.m4s`);
  }
  return `${lines.join('\n')}\n`;
}

function whole(bytes: Uint8Array): Opened {
  const body = (async function* () {
    yield bytes;
  })();
  return { status: 200, length: bytes.length, type: undefined, body, local: true };
}

function missing(): Opened {
  return {
    status: 404,
    length: undefined,
    type: undefined,
    body: (async function* () {})(),
    local: true,
  };
}
