/**
 * An edge for tests: one pipe shared fairly by all transfers, with faults, and a count of what left
 * it.
 */
import { type PartId, type PartKey, partId } from '../../units/index.js';
import type { TestClock } from './clock.js';

export interface TestEdge {
  /** Bits a second over all transfers. */
  rate: number;
  /**
   * What every new request gets: bytes, an HTTP error, or bytes that match nothing unless asked
   * freshly.
   */
  mode: 'ok' | 'dead' | 'missing' | 'corrupt' | 'cut';
  latencyMs: number;
  readonly sent: Map<PartId, number>;
  readonly requests: {
    at: number;
    peer: string;
    why: string;
    key: PartKey;
    from: number;
    to: number;
  }[];
  get(request: TestRequest): () => void;
}

export interface TestRequest {
  readonly peer: string;
  readonly why: string;
  readonly key: PartKey;
  readonly from: number;
  readonly to: number;
  onBytes(total: number): void;
  onEnd(done: boolean, total: number, status: number): void;
}

const QUANTUM = 4_096;

export function createTestEdge(clock: TestClock): TestEdge {
  interface Transfer {
    readonly request: TestRequest;
    sent: number;
    over: boolean;
    readonly cutAt: number;
  }
  const active: Transfer[] = [];
  let ticking = false;
  const edge: TestEdge = {
    rate: 50_000_000,
    mode: 'ok',
    latencyMs: 20,
    sent: new Map(),
    requests: [],
    get(request) {
      const { mode } = edge;
      const { peer, why, key, from, to } = request;
      edge.requests.push({ at: clock.now(), peer, why, key, from, to });
      const cutAt = mode === 'cut' ? (to - from) / 2 : Number.POSITIVE_INFINITY;
      const transfer: Transfer = { request, sent: 0, over: false, cutAt };
      clock.after(edge.latencyMs, () => {
        if (transfer.over) return;
        if (mode === 'dead' || mode === 'missing') {
          request.onEnd(false, 0, mode === 'dead' ? 0 : 404);
          return;
        }
        active.push(transfer);
        tick();
      });
      return () => {
        transfer.over = true;
      };
    },
  };
  const tick = (): void => {
    if (ticking) return;
    const transfer = active.shift();
    if (transfer === undefined) return;
    if (transfer.over) {
      tick();
      return;
    }
    ticking = true;
    const { request } = transfer;
    const size = Math.min(QUANTUM, request.to - request.from - transfer.sent);
    clock.after((size * 8000) / edge.rate, () => {
      ticking = false;
      const id = partId(request.key);
      edge.sent.set(id, (edge.sent.get(id) ?? 0) + size);
      if (!transfer.over) {
        transfer.sent += size;
        step(transfer);
      }
      tick();
    });
  };
  const step = (transfer: Transfer): void => {
    const { request, sent } = transfer;
    request.onBytes(sent);
    const done = sent >= request.to - request.from;
    if (done) request.onEnd(true, sent, 200);
    else if (sent >= transfer.cutAt) request.onEnd(false, sent, 200);
    else active.push(transfer);
  };
  return edge;
}
