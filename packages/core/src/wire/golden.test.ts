/** Every kind of frame as bytes, committed in `golden/`: `UPDATE_GOLDEN=1` rewrites them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeFromTracker,
  decodeLinkMessage,
  decodePieceFrame,
  decodeRecordList,
  decodeToTracker,
  encodeFromTracker,
  encodeLinkMessage,
  encodePieceFrame,
  encodeRecord,
  encodeRecordList,
  encodeToTracker,
  FLAG,
  type FromTracker,
  hex,
  type LinkMessage,
  type PartRecord,
  type SealedRecord,
  type ToTracker,
} from './index.js';

const FOLDER = new URL('./golden/', import.meta.url);
const SPEC = new URL('../../../../spec/wire.md', import.meta.url);
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** One frame: what it says, its bytes, and what the decoder makes of them. */
interface Sample {
  readonly kind: string;
  readonly label: string;
  readonly value: unknown;
  readonly bytes: Uint8Array;
  readonly decoded: unknown;
}

const samples: readonly Sample[] = [...linkSamples(), ...trackerSamples(), ...otherSamples()];
const kinds = [...new Set(samples.map((sample) => sample.kind))].sort();

describe.each(kinds)('%s', (kind) => {
  const ours = samples.filter((sample) => sample.kind === kind);

  it('has the committed bytes (WIR10)', () => {
    const file = new URL(`${kind}.txt`, FOLDER);
    const page = ours.map(paragraph).join('\n');
    if (UPDATE) writeFileSync(file, page);
    expect(page).toBe(readFileSync(file, 'utf8'));
  });

  it.each(ours)('says the same when read back: $label', ({ value, decoded }) => {
    expect(decoded).toStrictEqual(value);
  });
});

it('commits no bytes of a kind that is gone', () => {
  const files = readdirSync(FOLDER).filter((file) => !kinds.includes(file.replace('.txt', '')));
  if (UPDATE) for (const file of files) rmSync(new URL(file, FOLDER));
  expect(UPDATE ? [] : files).toEqual([]);
});

it('shows every kind that the specification names, with its tag', () => {
  const headings = readFileSync(SPEC, 'utf8').matchAll(/^### WIR\d+ · `?([\w-]+)`? · 0x(\w\w)$/gm);
  const specified = [...headings].map(([, kind, tag]) => `${kind} ${tag}`).sort();
  const tagged = samples.filter((sample) => sample.kind !== 'record-list');
  const shown = new Set(tagged.map(({ kind, bytes }) => `${kind} ${hex(bytes.subarray(0, 1))}`));
  expect([...shown].sort()).toEqual(specified);
});

/** The label, then the bytes in rows of thirty-two. */
function paragraph({ label, bytes }: Sample): string {
  const rows = hex(bytes).match(/.{1,64}/g) ?? [];
  return `# ${label}\n${rows.map((row) => `${row.match(/../g)?.join(' ')}\n`).join('')}`;
}

function ramp(length: number, first: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (first + i) & 255);
}

function link(label: string, value: LinkMessage): Sample {
  const bytes = encodeLinkMessage(value);
  return { kind: value.type, label, value, bytes, decoded: decodeLinkMessage(bytes) };
}

function up(label: string, value: ToTracker): Sample {
  const bytes = encodeToTracker(value);
  return { kind: value.type, label, value, bytes, decoded: decodeToTracker(bytes) };
}

function down(label: string, value: FromTracker): Sample {
  const bytes = encodeFromTracker(value);
  return { kind: value.type, label, value, bytes, decoded: decodeFromTracker(bytes) };
}

function sealed(over: Partial<PartRecord>): SealedRecord {
  const record: PartRecord = {
    streamId: ramp(32, 0x10),
    epoch: 3,
    rendition: 1,
    sequence: 1000,
    part: 0,
    byteLength: 40_000,
    durationMs: 2002,
    mediaTimeMs: 1_795_000_000_123,
    flags: FLAG.independent + FLAG.lastPart,
    keyId: ramp(8, 0x40),
    init: ramp(32, 0x50),
    pieces: ramp(32, 0x70),
    hint: '#EXTINF:2.002,\nr1/seg-1000.m4s',
    ...over,
  };
  const pieces = Math.ceil(record.byteLength / 16_384);
  return {
    record,
    signed: encodeRecord(record),
    signature: ramp(64, 0x80),
    digests: ramp(32 * pieces, 0xc0),
  };
}

function linkSamples(): Sample[] {
  const key = { rendition: 1, sequence: 1000, part: 2 };
  const hello = { type: 'hello', version: 1, versionMin: 1, peer: '0123456789abcdef' } as const;
  const streamId = ramp(32, 0);
  return [
    link('may upload', { ...hello, streamId, epoch: 3, uploads: true }),
    link('speaks 2 to 9, receives only', {
      ...hello,
      version: 9,
      versionMin: 2,
      streamId,
      epoch: 4_294_967_295,
      uploads: false,
    }),
    link('three pieces', { type: 'record', sealed: sealed({}) }),
    link('one part', { type: 'record-ask', key }),
    link('all of 300', { type: 'have', key, pieces: 300, bits: 'all' }),
    link('pieces 0, 7 and 10 of 11', {
      type: 'have',
      key,
      pieces: 11,
      bits: ramp(2, 0x81).with(1, 4),
    }),
    link('nothing', { type: 'holdings', rendition: 0, playhead: 0, runs: [] }),
    link('sequences 5 to 7 and 9', {
      type: 'holdings',
      rendition: 2,
      playhead: 8,
      runs: [
        { from: 5, count: 3 },
        { from: 9, count: 1 },
      ],
    }),
    link('pieces 6, 7, 8, then 2', { type: 'ask', key, pieces: [6, 7, 8, 2] }),
    link('the last piece', { type: 'cancel', key, pieces: [4095] }),
    link('not held', { type: 'refuse', key, pieces: [0], why: 'absent' }),
    link('no uplink to spare', { type: 'refuse', key, pieces: [1, 2], why: 'busy' }),
    link('on, 5 Mbit/s', { type: 'uploads', on: true, rate: 5_000_000 }),
    link('off', { type: 'uploads', on: false, rate: 0 }),
    link('the end', { type: 'bye' }),
  ];
}

function trackerSamples(): Sample[] {
  return [...upwards(), ...downwards()];
}

function upwards(): Sample[] {
  const key = { rendition: 1, sequence: 1000, part: 0 };
  const [a, b] = ['00000000000000aa', '00000000000000bb'];
  const join = {
    type: 'join',
    version: 1,
    versionMin: 1,
    streamId: ramp(32, 0),
    epoch: 3,
  } as const;
  const resume = { peer: a, secret: ramp(16, 0xe0) };
  return [
    up('first time', { ...join, resume: undefined, uploads: true, uplink: 0, token: '' }),
    up('again, with a token', { ...join, resume, uploads: false, uplink: 1e6, token: 'abc.DEF' }),
    up('video live, sound from the shelf', {
      type: 'follow',
      renditions: [
        { rendition: 0, playhead: 1000, live: true },
        { rendition: 3, playhead: 0, live: false },
      ],
    }),
    up('two', {
      type: 'links',
      open: [
        { peer: a, rttMs: 0 },
        { peer: b, rttMs: 65_535 },
      ],
    }),
    up('five seconds', {
      type: 'stats',
      httpBytes: 1,
      peerBytes: 2,
      uploadedBytes: Number.MAX_SAFE_INTEGER,
      stallMs: 4,
      uplink: 5,
      bufferMs: 6,
    }),
    up('off, told to the tracker', { type: 'uploads', on: false, rate: 1_250_000 }),
    up('two segments', { type: 'claim', rendition: 1, sequences: [1002, 1001] }),
    up('corrupt', { type: 'complaint', peer: b, about: 'corrupt', key }),
    up('violation', { type: 'complaint', peer: b, about: 'violation', key }),
    up('a candidate', { type: 'signal', peer: b, payload: '{"c":"…"}' }),
    up('the end', { type: 'leave' }),
  ];
}

function downwards(): Sample[] {
  const [a, b, c] = ['00000000000000aa', '00000000000000bb', '00000000000000cc'];
  const trees = [
    { parent: undefined, standby: undefined, standbyRoot: false, children: [a, b] },
    { parent: a, standby: c, standbyRoot: false, children: [] },
    { parent: b, standby: undefined, standbyRoot: true, children: [c] },
  ];
  return [
    down('six links, stats every 5 s', {
      type: 'welcome',
      version: 1,
      peer: a,
      secret: ramp(16, 0xe0),
      linksMax: 6,
      statsMs: 5000,
    }),
    down('start the link', { type: 'introduce', peer: b, offer: true }),
    down('root of one tree, in three', {
      type: 'plan',
      rendition: 1,
      version: 7,
      stripesMax: 8,
      trees,
    }),
    down('of no tree', { type: 'plan', rendition: 0, version: 8, stripesMax: 1, trees: [] }),
    down('a gap', {
      type: 'announce',
      sealed: sealed({ byteLength: 0, flags: FLAG.gap, hint: '' }),
    }),
    down('two owners', {
      type: 'claimed',
      rendition: 1,
      owners: [
        { sequence: 1002, peer: a },
        { sequence: 1001, peer: b },
      ],
    }),
    down('a candidate, from its sender', { type: 'signal', peer: a, payload: '{"c":"…"}' }),
    down('left', { type: 'gone', peer: c, banned: false }),
    down('banned', { type: 'gone', peer: c, banned: true }),
    down('full, come back in a minute', { type: 'refused', why: 'full', retryMs: 60_000 }),
    down('limit, do not', { type: 'refused', why: 'limit', retryMs: 0 }),
  ];
}

function otherSamples(): Sample[] {
  const header = { key: { rendition: 1, sequence: 1000, part: 2 }, index: 17 };
  const payload = ramp(20, 1);
  const frame = encodePieceFrame(header, payload);
  const list = [sealed({ part: 0, byteLength: 1 }), sealed({ part: 1, flags: 31, hint: 'é' })];
  const body = encodeRecordList(list);
  const piece = { kind: 'piece', label: 'twenty bytes', value: { header, payload } };
  const records = { kind: 'record-list', label: 'two records', value: list };
  return [
    { ...piece, bytes: frame, decoded: decodePieceFrame(frame) },
    { ...records, bytes: body, decoded: decodeRecordList(body) },
  ];
}
