import { expect, it } from 'vitest';
import { movieInit } from '../cmaf/movie.fixture.js';
import { describeTracks } from '../cmaf/track.js';
import { parseMultivariant } from '../multivariant.js';
import { writeLiveMultivariant } from './live-multivariant.js';

it('says what each variant needs', () => {
  const tracks = describeTracks(movieInit(['picture', 'sound']));
  const sound = describeTracks(movieInit(['sound']));
  const text = writeLiveMultivariant(
    [
      { uri: 'r0.m3u8', tracks, peakBps: 1000.2, averageBps: 900 },
      { uri: 'r1.m3u8', tracks: sound, peakBps: 0, averageBps: 0 },
    ],
    ['#EXT-X-SHOAL:VERSION=1'],
  );
  const { variants, lines } = parseMultivariant(text);
  expect(lines).toContain('#EXT-X-SHOAL:VERSION=1');
  const said = variants.map(({ attributes }) =>
    Object.fromEntries([...attributes].map(([name, { text: value }]) => [name, value])),
  );
  expect(said).toEqual([
    {
      BANDWIDTH: '1001',
      'AVERAGE-BANDWIDTH': '900',
      CODECS: 'avc1.64001f,mp4a.40.2',
      RESOLUTION: '640x360',
    },
    { BANDWIDTH: '1', 'AVERAGE-BANDWIDTH': '1', CODECS: 'mp4a.40.2' },
  ]);
});
