/** A stage for golden tests: one machine, scripted inputs, and every output told in a line. */
import type { PeerPlan, TreePlace } from '../../swarm/index.js';
import { Bytes, Ms, type PartKey, PeerId, partId, pieceLength } from '../../units/index.js';
import type { FromTracker, LinkMessage, ToTracker } from '../../wire/index.js';
import { DEFAULT_PEER, type PeerConfig } from '../config.js';
import type { PeerInput, PeerOutput } from '../contract.js';
import { createPeer } from '../peer.js';
import type { PeerStats } from '../stats.js';
import { STREAM, sealedOf, startOf } from './records.js';

/** A segment of six pieces: three stripes of two. */
export const SEGMENT_BYTES = 6 * 16_384;

export interface Stage {
  /** Feeds an input at `ms`; what is due before is woken for. Checks are answered `ok` at once unless said otherwise. */
  at(ms: number, input: PeerInput, words: string): void;
  /** Wakes until `ms`. */
  until(ms: number): void;
  /** Answers to checks from now on. */
  answer(ok: boolean): void;
  // what plays are made of
  says(ms: number, peer: string, message: LinkMessage): void;
  tracker(ms: number, message: FromTracker): void;
  links(ms: number, ...peers: string[]): void;
  piece(ms: number, peer: string, sequence: number, index: number): void;
  fetched(ms: number, fetch: number, bytes: number, end?: { done: boolean; status: number }): void;
  playback(ms: number, sequence: number, bufferMs: number, stalled?: boolean): void;
  want(ms: number, request: number, sequence: number): void;
  located(ms: number, last: number): void;
  record(ms: number, sequence: number): void;
  /** Everything said since this was last called. */
  taken(): readonly PeerOutput[];
  stats(): PeerStats;
  text(): string;
}

export const ME = 'me';
const SECRET = new Uint8Array(16);

/** `seed` is fixed: a play is the same every time. */
export function createStage(config: PeerConfig = DEFAULT_PEER): Stage {
  const machine = createPeer(startOf(1), config);
  const lines: string[] = [];
  let ok = true;
  let arrivals = 0;
  const pending: PeerInput[] = [];
  let said: PeerOutput[] = [];

  const step = (ms: number, input: PeerInput, words: string): void => {
    lines.push(`${String(Math.round(ms)).padStart(6)}  ${words}`);
    for (const output of machine.step(Ms(ms), input)) {
      said.push(output);
      const told = tellOutput(output);
      if (told !== undefined) lines.push(`        -> ${told}`);
      if (output.type === 'verify') pending.push({ type: 'verified', verify: output.verify, ok });
      if (output.type === 'check') {
        const { key, index, from } = output;
        pending.push({ type: 'checked', key, index, from, ok });
      }
    }
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      step(
        ms,
        next,
        next.type === 'checked'
          ? `${next.ok ? 'good' : 'bad'} ${next.key.sequence}#${next.index}`
          : `${next.type} ${ok}`,
      );
    }
  };
  const until = (ms: number): void => {
    for (let wake = machine.wake(); wake !== undefined && wake.at <= ms; wake = machine.wake()) {
      step(wake.at, { type: 'wake' }, `wake: ${wake.why}`);
    }
  };
  const at: Stage['at'] = (ms, input, words) => {
    until(ms);
    step(ms, input, words);
  };
  return {
    at,
    until,
    answer(value) {
      ok = value;
    },
    says: (ms, peer, message) =>
      at(ms, { type: 'message', peer: PeerId(peer), message }, `${peer} says ${message.type}`),
    tracker: (ms, message) => at(ms, { type: 'tracker', message }, `tracker says ${message.type}`),
    links(ms, ...peers) {
      for (const name of peers) {
        const peer = PeerId(name);
        at(ms, { type: 'link-up', peer, rttMs: Ms(30) }, `link up to ${name}`);
        const hello: LinkMessage = {
          type: 'hello',
          version: 1,
          versionMin: 1,
          peer,
          streamId: STREAM,
          epoch: 1,
          uploads: true,
        };
        at(ms, { type: 'message', peer, message: hello }, `${name} says hello`);
      }
    },
    piece(ms, name, sequence, index) {
      arrivals++;
      const bytes = pieceLength(Bytes(SEGMENT_BYTES), index);
      const key = keyOf(sequence);
      at(
        ms,
        { type: 'piece', peer: PeerId(name), key, index, bytes, arrival: arrivals },
        `${name} sends ${sequence}#${index}`,
      );
    },
    fetched(ms, fetch, bytes, end) {
      if (end === undefined)
        at(ms, { type: 'fetched', fetch, bytes: Bytes(bytes) }, `fetch ${fetch} has ${bytes}`);
      else
        at(
          ms,
          { type: 'fetch-ended', fetch, bytes: Bytes(bytes), ...end },
          `fetch ${fetch} ends with ${bytes}, ${end.status}`,
        );
    },
    playback(ms, sequence, bufferMs, stalled = false) {
      const playing = !stalled && bufferMs > 0;
      at(
        ms,
        {
          type: 'playback',
          rendition: 0,
          sequence,
          bufferMs: Ms(bufferMs),
          stalled,
          playing,
          bufferMsMax: Ms(30_000),
        },
        `player has ${bufferMs} ms before ${sequence}${stalled ? ', stalled' : ''}`,
      );
    },
    want: (ms, request, sequence) =>
      at(ms, { type: 'want', request, rendition: 0, sequence }, `player wants ${sequence}`),
    located(ms, last) {
      const segments = [2, 1, 0].map((back) => ({ sequence: last - back, durationMs: Ms(2_000) }));
      at(ms, { type: 'located', rendition: 0, live: true, segments }, `playlist ends with ${last}`);
    },
    record: (ms, sequence) =>
      at(
        ms,
        { type: 'record', sealed: sealedOf({ sequence, bytes: SEGMENT_BYTES }) },
        `record ${sequence} by HTTP`,
      ),
    taken() {
      const taken = said;
      said = [];
      return taken;
    },
    stats: () => machine.stats(),
    text: () => `${lines.join('\n')}\n`,
  };
}

/**
 * Joined, linked and playing 100 with `bufferMs`, ready to be planned; with 0, linked before
 * playback.
 */
export function joinedStage(
  peers: readonly string[],
  bufferMs: number,
  config: PeerConfig = DEFAULT_PEER,
): Stage {
  const connect = { ...config.connect, afterMs: Ms(0) };
  const stage = createStage(bufferMs > 0 ? config : { ...config, connect });
  stage.at(0, { type: 'consent', granted: true }, 'viewer agrees');
  stage.at(0, { type: 'follow', renditions: [{ rendition: 0, live: true }] }, 'player follows 0');
  stage.at(5, { type: 'tracker-up' }, 'tracker up');
  stage.tracker(10, {
    type: 'welcome',
    version: 1,
    peer: PeerId(ME),
    secret: SECRET,
    linksMax: 6,
    statsMs: Ms(0),
  });
  stage.playback(20, 101, bufferMs);
  for (const peer of peers)
    stage.tracker(30, { type: 'introduce', peer: PeerId(peer), offer: false });
  stage.links(60, ...peers);
  return stage;
}

/** The edge is asked for all of the first segment at once, as by whoever is far from neighbours. */
export const UNSHARED: PeerConfig = {
  ...DEFAULT_PEER,
  first: { meetMs: Ms(0), linkMs: Ms(0), bringMs: Ms(0) },
};

export function planOf(...trees: Partial<TreePlace>[]): FromTracker {
  const plan: PeerPlan = {
    rendition: 0,
    version: 1,
    stripesMax: 3,
    trees: trees.map((tree) => ({
      parent: undefined,
      standby: undefined,
      standbyRoot: false,
      children: [],
      ...tree,
    })),
  };
  return { type: 'plan', ...plan };
}

export function announceOf(sequence: number): FromTracker {
  return { type: 'announce', sealed: sealedOf({ sequence, bytes: SEGMENT_BYTES }) };
}

export function keyOf(sequence: number): PartKey {
  return { rendition: 0, sequence, part: 0 };
}

function tellOutput(output: PeerOutput): string | undefined {
  switch (output.type) {
    case 'event':
    case 'verify':
    case 'check':
      return undefined;
    case 'fetch': {
      const { fetch, key, from, to, why, fresh } = output;
      return `fetch ${fetch}: ${key.sequence}, bytes ${from} to ${to ?? 'the end'}, ${why}${fresh ? ', fresh' : ''}`;
    }
    case 'cancel-fetch':
    case 'release-fetch':
      return `${output.type} ${output.fetch}`;
    case 'send':
      return `tell ${output.peer} ${tellMessage(output.message)}`;
    case 'tracker-send':
      return `tell the tracker ${tellMessage(output.message)}`;
    case 'send-piece':
      return `send ${output.peer} ${output.key.sequence}#${output.index}`;
    case 'connect':
      return `connect ${output.peer}${output.offer ? ', offering' : ''}`;
    case 'disconnect':
      return `disconnect ${output.peer}`;
    case 'deliver':
      return `deliver ${output.parts.join()}: ${output.httpBytes} by HTTP, ${output.peerBytes} by peers, moved ${output.firstByteAt} to ${output.lastByteAt}`;
    case 'recorded':
      return `recorded ${partId(output.sealed.record)}`;
    case 'fetch-records':
      return `fetch records since ${output.since}`;
    case 'deliver-plain':
      return `deliver fetch ${output.fetches.join(' and ')} as it is`;
    case 'fail':
      return `fail ${output.request}: ${output.status}`;
    case 'evict':
      return `evict ${output.part}`;
    case 'discard':
      return 'discard';
    default:
      return output.type;
  }
}

function tellMessage(message: { readonly type: string }): string {
  const { type, ...rest } = message;
  const told = Object.entries(rest).map(([name, value]) => `${name} ${tellValue(value)}`);
  return type === 'hello' || type === 'join' || type === 'record'
    ? type
    : [type, ...told].join(' ');
}

function tellValue(value: unknown): string {
  if (value instanceof Uint8Array) return [...value].map((byte) => byte.toString(2)).join();
  if (Array.isArray(value)) return `[${value.map(tellValue).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(tellValue).join('/');
}

/** The outputs of one type, as that type. */
export function of<Type extends PeerOutput['type']>(
  outputs: readonly PeerOutput[],
  type: Type,
): Extract<PeerOutput, { readonly type: Type }>[] {
  return outputs.filter((output) => output.type === type) as Extract<
    PeerOutput,
    { readonly type: Type }
  >[];
}

/** Messages to neighbours of one kind, with whom they went to. */
export function sent<Type extends LinkMessage['type']>(
  outputs: readonly PeerOutput[],
  type: Type,
): { peer: string; message: Extract<LinkMessage, { readonly type: Type }> }[] {
  return of(outputs, 'send').filter(({ message }) => message.type === type) as never;
}

/** Messages to the tracker of one kind. */
export function reported<Type extends ToTracker['type']>(
  outputs: readonly PeerOutput[],
  type: Type,
): Extract<ToTracker, { readonly type: Type }>[] {
  return of(outputs, 'tracker-send')
    .map(({ message }) => message)
    .filter((message) => message.type === type) as never;
}
