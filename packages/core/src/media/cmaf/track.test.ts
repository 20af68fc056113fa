import { expect, it } from 'vitest';
import { movieInit } from './movie.fixture.js';
import { describeTracks } from './track.js';

it('tells picture and sound, with codecs as a playlist names them', () => {
  expect(describeTracks(movieInit(['picture', 'sound']))).toMatchObject([
    { id: 1, kind: 'picture', timescale: 15_360, codec: 'avc1.64001f', width: 640, height: 360 },
    { id: 2, kind: 'sound', timescale: 48_000, codec: 'mp4a.40.2', width: 0, height: 0 },
  ]);
});

it('names sound without a decoder configuration by its entry alone', () => {
  const init = movieInit(['sound']);
  const at = Buffer.from(init).indexOf(Buffer.from([5, 2, 0x11, 0x90]));
  init[at] = 6;
  expect(describeTracks(init)[0]?.codec).toBe('mp4a');
});

it('refuses a description without tracks, or with one twice', () => {
  expect(() => describeTracks(movieInit([]))).toThrow('no track');
  const init = Buffer.from(movieInit(['picture']));
  init.write('free', init.indexOf('hdlr'));
  expect(() => describeTracks(init)).toThrow(/where one belongs/);
});
