/** What a good file says, and the one sentence that a bad one gets. */
import { isShoalError } from '@shoal/core/errors';
import { describe, expect, it } from 'vitest';
import { readScenario } from './read.js';

/** The sentence about a bad file. */
function complaint(text: string): string {
  try {
    readScenario(text, 'final.yaml');
  } catch (error) {
    if (isShoalError(error, 'sim/scenario')) return error.detail;
    throw error;
  }
  return 'nothing is wrong';
}

describe('a good file', () => {
  it('needs to say how many viewers there are, and no more', () => {
    const file = readScenario('viewers: { count: 5 }', 'a');
    expect(file.viewers).toMatchObject({ count: 5, consent: 0.7 });
    expect(file.pairs.succeed).toBe(0.7);
    expect(file.stream).toMatchObject({ kind: 'live', bitrates: [5_000_000], segment: 2_000 });
    expect(file.access[0]!.up).toEqual({ median: 50_000_000, spread: 3 });
  });

  it('is written in the units of people', () => {
    const file = readScenario(
      `for: 10 min
stream: { segment: 250 ms, bitrates: [600 kbit/s, 1.5 Mbit/s] }
viewers:
  count: 500
  consent: 7 %
  arrive: { within: 1 h }
access: { up: 20 Mbit/s, loss: 0.1 % }
edge: { capacity: 3 copies }`,
      'a',
    );
    expect(file.for).toBe(600_000);
    expect(file.stream).toMatchObject({ segment: 250, bitrates: [600_000, 1_500_000] });
    expect(file.viewers.consent).toBe(0.07);
    expect(file.viewers.arrive).toEqual([{ share: 1, at: 0, within: 3_600_000 }]);
    expect(file.access[0]).toMatchObject({ up: 20_000_000, loss: 0.001 });
    expect(file.edge.capacity).toEqual({ copies: 3 });
  });

  it('takes one entry where a list may stand', () => {
    const file = readScenario(
      `viewers:
  count: 9
  misbehave: { as: polluter, share: 10 % }
edge:
  faults:
    - { at: 4 s, for: 2 s, as: 503 }
    - { at: 9 s, for: 2 s, as: hang }`,
      'a',
    );
    expect(file.viewers.misbehave).toEqual([{ as: 'polluter', share: 0.1 }]);
    expect(file.edge.faults!.map(({ as }) => as)).toEqual(['503', 'hang']);
  });
});

describe('a bad file gets its line, the key, and what would be right', () => {
  const head = 'viewers:\n  count: 9\n';
  it.each([
    [
      'a slip of the finger',
      'viewers:\n  count: 9\n  cosnent: 70 %',
      'final.yaml, line 3: viewers.cosnent is not a key that belongs here; did you mean consent?',
    ],
    [
      'an unknown key',
      `${head}weather: fine`,
      /^final\.yaml, line 3: weather is not a key that belongs here; the keys here are name, about,/,
    ],
    [
      'a wrong unit',
      `for: 10 parsecs\n${head}`,
      'final.yaml, line 1: for wants a time such as 250 ms, 2 s or 10 min',
    ],
    [
      'no unit',
      `${head}stream:\n  bitrates: 5000000`,
      'final.yaml, line 4: stream.bitrates wants a rate such as 600 kbit/s or 5 Mbit/s',
    ],
    [
      'a unit of something else',
      `${head}access:\n  up: 2 s`,
      'final.yaml, line 4: access.up wants a rate such as 600 kbit/s or 5 Mbit/s',
    ],
    [
      'an impossible share',
      `${head}  consent: 130 %`,
      'final.yaml, line 3: viewers.consent must be from 0 % to 100 %',
    ],
    [
      'an impossible rate',
      `${head}access: { up: 1 bit/s }`,
      'final.yaml, line 3: access.up must be from 8 kbit/s to 1 Tbit/s',
    ],
    [
      'an impossible count',
      'viewers:\n  count: 0',
      'final.yaml, line 2: viewers.count wants a whole number from 1 to 2,000,000',
    ],
    [
      'an unknown word',
      `${head}stream:\n  kind: radio`,
      'final.yaml, line 4: stream.kind wants live or vod',
    ],
    [
      'an entry of a list',
      `${head}edge:\n  faults:\n    - { at: 1 s, for: 2 s, as: cut }\n    - { at: 1 s, for: soon, as: cut }`,
      'final.yaml, line 6: edge.faults[2].for wants a time such as 250 ms, 2 s or 10 min',
    ],
    ['a missing key', 'viewers:\n  consent: 70 %', 'final.yaml, line 1: viewers.count is missing'],
    ['a missing section', 'for: 2 min', 'final.yaml, line 1: viewers is missing'],
    [
      'a value where keys belong',
      'viewers: 500',
      /^final\.yaml, line 1: viewers wants the keys count,/,
    ],
    ['a key twice', 'for: 1 min\nfor: 2 min', 'final.yaml, line 2: Map keys must be unique'],
    [
      'what is not YAML',
      'viewers: [',
      /^final\.yaml, line 1: Flow sequence in block collection must be/,
    ],
    ['a text', 'hello', 'final.yaml wants keys such as viewers: and stream:'],
    ['nothing', '', 'final.yaml wants keys such as viewers: and stream:'],
    ['a book', `# ${'x'.repeat(70_000)}`, 'final.yaml is too long for a scenario file'],
  ])('%s', (_, text, sentence) => {
    if (typeof sentence === 'string') expect(complaint(text)).toBe(sentence);
    else expect(complaint(text)).toMatch(sentence);
    expect(complaint(text)).not.toContain('\n');
  });
});

describe('keys that contradict each other', () => {
  const head = 'for: 1 min\nviewers:\n  count: 9\n';
  it.each([
    [`${head}stream:\n  kind: vod`, 'line 5: stream.kind vod wants a duration beside it'],
    [`${head}stream:\n  duration: 9 min`, 'line 5: stream.duration belongs to kind: vod only'],
    [`${head}stream:\n  titles: 9`, 'line 5: stream.titles belongs to kind: vod only'],
    [
      `${head}stream:\n  bitrates: [2 Mbit/s, 1 Mbit/s]`,
      'line 5: stream.bitrates[2] must be higher than the bitrate before it',
    ],
    [
      `${head}  arrive: { share: 40 % }`,
      'line 4: viewers.arrive has shares that do not add up to 100 %',
    ],
    [
      `${head}access:\n  - { share: 50 % }\n  - { up: 9 Mbit/s }`,
      'line 6: access[2] wants a share, as there are several kinds of access',
    ],
    [
      `${head}access:\n  - { share: 50 % }\n  - { share: 40 % }`,
      'line 4: access has shares that do not add up to 100 %',
    ],
    [
      `${head}access: { udp-blocked: 60 %, symmetric-nat: 60 % }`,
      'line 4: access has udp-blocked and symmetric-nat over 100 % together',
    ],
    [`${head}regions: { name: eu, share: 40 % }`, 'line 4: regions has shares that do not add up'],
    [
      `${head}  misbehave:\n    - { as: mute, share: 60 % }\n    - { as: liar, share: 60 % }`,
      'line 4: viewers.misbehave has shares over 100 % together',
    ],
    [
      `${head}access:\n  up: { median: 9 Mbit/s, mean: 9 Mbit/s }`,
      'line 5: access.up wants either a median or a mean',
    ],
    [
      `${head}tracker:\n  faults: { at: 2 min, for: 5 s }`,
      'line 5: tracker.faults.at comes after the end of the run',
    ],
    [
      'viewers:\n  count: 200000',
      'line 2: viewers.count over 100,000 wants a sample beside it, such as sample: { clusters: 8 }',
    ],
    [
      `${head}stream: { kind: vod, duration: 5 min }\nsample: {}`,
      'line 5: sample belongs to kind: live only',
    ],
    [
      `${head}sample: {}\nedge:\n  capacity: 3 copies`,
      'line 6: edge.capacity cannot be simulated on a sample',
    ],
    [
      `${head}sample: {}\ntracker:\n  faults: { at: 2 s, for: 5 s }`,
      'line 6: tracker.faults cannot be simulated on a sample',
    ],
  ])('%s', (text, words) => expect(complaint(text)).toContain(`final.yaml, ${words}`));
});
