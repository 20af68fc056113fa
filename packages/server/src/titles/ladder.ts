/** Which qualities a video is prepared in: never larger than it is. */

export interface Rung {
  readonly height: number;
  readonly videoKbps: number;
  readonly audioKbps: number;
}

/** Common rates for H.264 with a fast preset, most demanding first. */
const RUNGS: readonly Rung[] = [
  { height: 1080, videoKbps: 4500, audioKbps: 128 },
  { height: 720, videoKbps: 2500, audioKbps: 128 },
  { height: 480, videoKbps: 1200, audioKbps: 128 },
  { height: 360, videoKbps: 700, audioKbps: 96 },
  { height: 240, videoKbps: 350, audioKbps: 64 },
];

/** Best first; a small video has one rung, its own size. */
export function ladderFor(height: number): readonly Rung[] {
  const fitting = RUNGS.filter((rung) => rung.height <= height);
  if (fitting.length === 0) {
    const even = Math.max(2, height - (height % 2));
    return [{ height: even, videoKbps: 250, audioKbps: 64 }];
  }
  return fitting.slice(0, RUNGS_MAX);
}

const RUNGS_MAX = 4;
