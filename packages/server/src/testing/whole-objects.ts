/** Reads every object that a stream's playlist names while it runs, and tells what is not whole. */
import { createHash } from 'node:crypto';

export interface Watching {
  /** Stops, and tells every fault found, one sentence each, and how many objects were read. */
  stop(): Promise<{ readonly faults: readonly string[]; readonly objects: number }>;
}

/** `url` is a media playlist; that it is not there yet is no fault. */
export function watchWhole(url: string): Watching {
  const seen = new Map<string, string>();
  const faults: string[] = [];
  let going = true;
  const look = async (): Promise<void> => {
    const text = await textOf(url);
    const fresh = named(text).filter((path) => isNew(path) || isPart(path));
    for (const path of fresh) {
      const answer = await fetch(new URL(path, url));
      const bytes = Buffer.from(await answer.arrayBuffer());
      const fault = answer.status === 200 ? faultOf(path, bytes) : undefined;
      if (fault !== undefined) faults.push(`${path}: ${fault}`);
      // What leaves the window while it is asked for may be gone.
      if (answer.status !== 200 && named(await textOf(url)).includes(path)) {
        faults.push(`${path}: HTTP ${answer.status}`);
      }
    }
  };
  const isNew = (path: string): boolean => !seen.has(path);
  const faultOf = (path: string, bytes: Buffer): string | undefined => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const before = seen.get(path) ?? digest;
    seen.set(path, digest);
    if (before !== digest) return 'its bytes changed';
    return path.endsWith('.mp4') || path.endsWith('.m4s') ? brokenBoxes(bytes) : undefined;
  };
  const run = async (): Promise<void> => {
    while (going) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await look();
  };
  const running = run();
  return {
    stop: async () => {
      going = false;
      await running;
      return { faults, objects: seen.size };
    },
  };
}

/** Whether boxes fill these bytes to the last one, as initialisation sections and parts do. */
export function brokenBoxes(bytes: Buffer): string | undefined {
  const types: string[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) return `a box of ${size} bytes`;
    types.push(bytes.toString('latin1', at + 4, at + 8));
    at += size;
  }
  if (at !== bytes.length) return `${bytes.length} bytes, and boxes of ${at}`;
  return /^(?:(?:moof,mdat,?)+|ftyp,moov)$/.test(types.join()) ? undefined : `boxes ${types}`;
}

function isPart(path: string): boolean {
  return /\.\d+\.m4s$/.test(path);
}

function named(text: string): readonly string[] {
  const inTags = text.matchAll(/^#EXT-X-(?:MAP|PART):.*URI="([^"]+)"/gm);
  const tags = [...inTags].map(([, path]) => path as string);
  return [...tags, ...text.split('\n').filter((line) => /^[^#]/.test(line))];
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url);
  const text = await answer.text();
  return answer.ok ? text : '';
}

/** Between two looks; a part lasts ten times as long. */
const PAUSE_MS = 50;
