/** Twin of the edge: resources by URL, a rate, a delay, and faults. */
import { type BitsPerSec, type Ms, transferMs } from '@shoal/core/units';
import type { Clock } from '../ports/clock.js';
import type { EdgeAnswer, EdgeFetch, EdgeRequest } from '../ports/edge-fetch.js';

export interface MemoryEdge extends EdgeFetch {
  put(url: string, bytes: Uint8Array): void;
  /**
   * From now on this URL answers so. `cut`: the body ends after so many bytes; `hang`: no byte
   * ever.
   */
  fault(url: string, fault: { status?: number; cut?: number; hang?: boolean } | undefined): void;
  /** Every request so far. */
  readonly requests: readonly EdgeRequest[];
  bytesSent(): number;
}

export interface MemoryEdgeOptions {
  readonly clock: Clock;
  /** Before the first byte. */
  readonly delayMs?: Ms;
  /** Of each answer. */
  readonly rate?: BitsPerSec;
}

const CHUNK_BYTES = 16_384;

export function createMemoryEdge(options: MemoryEdgeOptions): MemoryEdge {
  const { clock, delayMs = 20, rate = 20_000_000 } = options;
  const resources = new Map<string, Uint8Array>();
  const faults = new Map<string, { status?: number; cut?: number; hang?: boolean }>();
  const requests: EdgeRequest[] = [];
  let sent = 0;

  const get = (request: EdgeRequest, answer: EdgeAnswer): (() => void) => {
    requests.push(request);
    const { url, from, to } = request;
    const fault = faults.get(url) ?? {};
    const resource = resources.get(url.split('?')[0] ?? url) ?? resources.get(url);
    const body = resource?.slice(from, to);
    const short = to !== undefined && body !== undefined && body.length < to - from;
    const end = Math.min(body?.length ?? 0, fault.cut ?? Number.POSITIVE_INFINITY);
    let undo = (): void => {};
    const step = (at: number): void => {
      if (fault.hang === true) return;
      const status =
        fault.status ?? (body === undefined ? 404 : from > 0 || to !== undefined ? 206 : 200);
      if (body === undefined || status >= 400 || at >= end) {
        answer.onEnd({ done: status < 400 && !short && fault.cut === undefined, status });
        return;
      }
      const chunk = body.slice(at, Math.min(end, at + CHUNK_BYTES));
      undo = clock.after(transferMs(chunk.length, rate), () => {
        undo = clock.after(0, () => step(at + chunk.length));
        sent += chunk.length;
        answer.onBytes(chunk);
      });
    };
    undo = clock.after(delayMs, () => step(0));
    return () => undo();
  };
  return {
    get,
    put: (url, bytes) => void resources.set(url, bytes),
    fault(url, fault) {
      if (fault === undefined) faults.delete(url);
      else faults.set(url, fault);
    },
    requests,
    bytesSent: () => sent,
  };
}
