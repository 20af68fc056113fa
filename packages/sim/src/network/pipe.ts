/** One direction of an access link: a rate, shared in turns by the flows that want it. */
import { type BitsPerSec, Bytes, transferMs } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';

export interface Pipe {
  /** Queues `bytes` of a flow; `passed` runs when the last of them has left. */
  send(flow: string, bytes: Bytes, passed: () => void): void;
  /** Forgets what a flow still had queued; none of its `passed` runs any more. */
  cut(flow: string): void;
  /** Bytes that have passed. */
  total(): Bytes;
}

interface Flow {
  readonly name: string;
  readonly loads: { left: Bytes; readonly passed: () => void }[];
  isCut: boolean;
}

/** What one turn carries at least, and how long it takes on a fast pipe: fair, with few events. */
const TURN_BYTES = 4_096;
const TURN_MS = 2;

export function createPipe(agenda: Agenda, rate: BitsPerSec): Pipe {
  const flows = new Map<string, Flow>();
  const ring: Flow[] = [];
  const turnBytes = Math.max(TURN_BYTES, (rate * TURN_MS) / 8_000);
  let isBusy = false;
  let total = 0;

  const turn = (): void => {
    const flow = ring.shift();
    const load = flow?.loads[0];
    isBusy = flow !== undefined;
    if (flow === undefined) return;
    if (load === undefined || flow.isCut) turn();
    else {
      const bytes = Math.min(load.left, turnBytes);
      agenda.after(transferMs(Bytes(bytes), rate), () => end(flow, bytes));
    }
  };
  const end = (flow: Flow, bytes: Bytes): void => {
    const load = flow.loads[0];
    total += bytes;
    if (load !== undefined && !flow.isCut) {
      load.left -= bytes;
      if (load.left <= 0) flow.loads.shift();
      if (flow.loads.length > 0) ring.push(flow);
      else flows.delete(flow.name);
      if (load.left <= 0) load.passed();
    }
    turn();
  };
  return {
    send(name, bytes, passed) {
      let flow = flows.get(name);
      if (flow === undefined) {
        flow = { name, loads: [], isCut: false };
        flows.set(name, flow);
        ring.push(flow);
      }
      flow.loads.push({ left: bytes, passed });
      if (!isBusy) turn();
    },
    cut(name) {
      const flow = flows.get(name);
      if (flow !== undefined) flow.isCut = true;
      flows.delete(name);
    },
    total: () => total,
  };
}
