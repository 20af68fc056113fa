/**
 * The demo's viewers: each is a watch page in a frame of its own, so each is a real, separate peer.
 */
import { signal } from '@preact/signals';
import { whyText } from '@shoal/core/telemetry';
import { type Figures, figuresBetween, flows, type Reading, type Totals } from './figures.js';

/** Most viewers one machine should be asked to play at once. */
export const VIEWERS_MAX = 12;
const START_VIEWERS = 4;
const TICK_MS = 1000;
/** The figures speak of the last this many ticks. */
const WINDOW_TICKS = 20;
const HISTORY_TICKS = 120;
/** Flows are drawn from the last this many ticks: longer than a segment. */
const FLOW_TICKS = 3;

export type Channel = 'live' | 'clip';

export interface Viewer {
  readonly id: number;
  readonly poisoned: boolean;
  readonly reading: Reading | undefined;
  /**
   * Earlier readings, oldest first: segments come in bursts, so flows are drawn over a few seconds.
   */
  readonly before: readonly Reading[];
  /** Bytes since the oldest of them. */
  readonly edge: number;
  readonly peers: ReadonlyMap<string, number>;
}

export interface Moment {
  readonly edgeRate: number;
  readonly peerRate: number;
}

export const channel = signal<Channel>('live');
export const viewers = signal<readonly Viewer[]>([]);
export const figures = signal<Figures>(figuresBetween(noTotals(), noTotals()));
export const history = signal<readonly Moment[]>([]);
export const edgeCut = signal(false);
export const notice = signal('');

/** Windows of the frames by viewer id; frames register here as they load. */
const frames = new Map<number, HTMLIFrameElement>();
let lastId = 0;
let past: Totals[] = [];
/** What viewers that have left had moved, so that totals never fall. */
let gone = { http: 0, p2p: 0 };

export function begin(): void {
  for (let i = 0; i < START_VIEWERS; i++) add();
  setInterval(tick, TICK_MS);
}

export function add(): void {
  if (viewers.value.length >= VIEWERS_MAX) return;
  lastId += 1;
  const viewer: Viewer = {
    id: lastId,
    poisoned: false,
    reading: undefined,
    before: [],
    edge: 0,
    peers: new Map(),
  };
  viewers.value = [...viewers.value, viewer];
}

export function remove(id: number): void {
  const leaving = viewers.value.find((viewer) => viewer.id === id);
  gone = {
    http: gone.http + (leaving?.reading?.http ?? 0),
    p2p: gone.p2p + (leaving?.reading?.p2p ?? 0),
  };
  frames.delete(id);
  viewers.value = viewers.value.filter((viewer) => viewer.id !== id);
}

export function watch(next: Channel): void {
  if (next === channel.value) return;
  const count = viewers.value.length;
  for (const viewer of viewers.value) remove(viewer.id);
  channel.value = next;
  past = [];
  history.value = [];
  for (let i = 0; i < count; i++) add();
}

export function frameReady(id: number, frame: HTMLIFrameElement | null): void {
  if (frame !== null) frames.set(id, frame);
}

/**
 * Flips one bit of every piece that this viewer sends: the frame is a page of its own, so only it
 * is hurt.
 */
export function poison(id: number): void {
  const page = frames.get(id)?.contentWindow as (Window & typeof globalThis) | null | undefined;
  if (page === null || page === undefined) return;
  const { prototype } = page.RTCDataChannel;
  const honest = prototype.send as (
    this: RTCDataChannel,
    data: ArrayBufferView | ArrayBuffer,
  ) => void;
  prototype.send = function send(this: RTCDataChannel, data: unknown): void {
    honest.call(this, spoiled(data) as ArrayBuffer);
  } as typeof prototype.send;
  viewers.value = viewers.value.map((viewer) =>
    viewer.id === id ? { ...viewer, poisoned: true } : viewer,
  );
}

/** Sends a poisoned viewer away and lets an honest one take its place. */
export function replace(id: number): void {
  remove(id);
  add();
}

export async function cutEdge(cut: boolean): Promise<void> {
  try {
    const answer = await fetch('api/demo/edge', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cut }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    edgeCut.value = cut;
    notice.value = '';
  } catch {
    notice.value = 'The server did not answer, so the edge stays as it was.';
  }
}

/** Only pieces are long; control messages stay whole, so the link itself survives. */
function spoiled(data: unknown): unknown {
  const view = data as { byteLength?: number; buffer?: ArrayBuffer; byteOffset?: number };
  const length = view.byteLength ?? 0;
  if (length < SPOILED_BYTES_MIN) return data;
  const copy = new Uint8Array(length);
  copy.set(
    view.buffer === undefined
      ? new Uint8Array(data as ArrayBuffer)
      : new Uint8Array(view.buffer, view.byteOffset ?? 0, length),
  );
  copy[length - 1] = (copy[length - 1] ?? 0) ^ 1;
  return copy;
}

const SPOILED_BYTES_MIN = 2000;

function tick(): void {
  viewers.value = viewers.value.map((viewer) => {
    const reading = read(viewer.id);
    if (reading === undefined) return viewer;
    const before = [...viewer.before, reading].slice(-FLOW_TICKS - 1);
    return { ...viewer, reading, before, ...flows(before[0], reading) };
  });
  const now = totals();
  const last = past.at(-1);
  past = [...past, now].slice(-WINDOW_TICKS - 1);
  if (last === undefined) return;
  const { edgeRate, peerRate } = figuresBetween(last, now);
  history.value = [...history.value, { edgeRate, peerRate }].slice(-HISTORY_TICKS);
  figures.value = figuresBetween(past[0] ?? last, now);
}

/** A frame's page may be loading, broken or gone at any time. */
function read(id: number): Reading | undefined {
  try {
    const stats = frames.get(id)?.contentWindow?.shoal?.stats();
    if (stats === undefined) return undefined;
    return {
      self: stats.self,
      http: stats.http,
      p2p: stats.p2p,
      uploaded: stats.uploaded,
      peers: stats.peers,
      corrupt: stats.corrupt.peer,
      why: whyText(stats.why),
      from: new Map(stats.neighbours.map((neighbour) => [neighbour.peer, neighbour.received])),
    };
  } catch {
    return undefined;
  }
}

function totals(): Totals {
  let { http, p2p } = gone;
  for (const { reading } of viewers.value) {
    http += reading?.http ?? 0;
    p2p += reading?.p2p ?? 0;
  }
  return { atMs: performance.now(), http, p2p, viewers: viewers.value.length };
}

function noTotals(): Totals {
  return { atMs: 0, http: 0, p2p: 0, viewers: 0 };
}

/** The part of the watch page's engine that is read here. */
interface WatchedEngine {
  stats(): {
    readonly self: string | undefined;
    readonly http: number;
    readonly p2p: number;
    readonly uploaded: number;
    readonly peers: number;
    readonly corrupt: { readonly peer: number };
    readonly why: { readonly text: string };
    readonly neighbours: readonly { readonly peer: string; readonly received: number }[];
  };
}

declare global {
  interface Window {
    shoal?: WatchedEngine;
  }
}
