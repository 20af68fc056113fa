/** Where live playback starts. */
import type Hls from 'hls.js';
import { describe, expect, it } from 'vitest';
import { nudgeLiveStart } from './live-start.js';

function start(text: string, userConfig: object = {}, count = 3): number | undefined {
  const hls = { userConfig, config: { liveSyncDurationCount: count }, targetLatency: undefined };
  nudgeLiveStart(hls as unknown as Hls, text);
  return hls.targetLatency;
}

describe('the start of live playback', () => {
  it('is a little past the boundary, never further from the edge', () => {
    expect(start('#EXTM3U\n#EXT-X-TARGETDURATION:2')).toBe(5.75);
    expect(start('#EXT-X-TARGETDURATION:2\n#EXT-X-SERVER-CONTROL:HOLD-BACK=8')).toBe(7.75);
  });

  it.each([
    ['the page chose it', '#EXT-X-TARGETDURATION:2', { liveSyncDuration: 9 }],
    ['the page chose a count', '#EXT-X-TARGETDURATION:2', { liveSyncDurationCount: 3 }],
    ['it is video on demand', '#EXT-X-TARGETDURATION:2\n#EXT-X-ENDLIST', {}],
    ['it has parts', '#EXT-X-TARGETDURATION:2\n#EXT-X-PART-INF:PART-TARGET=1', {}],
    ['there is no target duration', '#EXTM3U', {}],
  ])('is left alone when %s', (_, text, userConfig) => {
    expect(start(text, userConfig)).toBeUndefined();
  });

  it('is left alone where hls.js lets nobody set it', () => {
    const hls = { userConfig: {}, config: { liveSyncDurationCount: 3 } };
    Object.defineProperty(hls, 'targetLatency', { get: () => 6 });
    expect(() => nudgeLiveStart(hls as unknown as Hls, '#EXT-X-TARGETDURATION:2')).not.toThrow();
  });

  it('is left alone when it would come too close to the edge', () => {
    expect(start('#EXT-X-TARGETDURATION:2', {}, 2)).toBeUndefined();
  });
});
