/** A host's access to the network: up and down rates, and its distance from the middle. */
import type { BitsPerSec, Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import { createPipe, type Pipe } from './pipe.js';

export interface AccessSpec {
  readonly up: BitsPerSec;
  readonly down: BitsPerSec;
  /** One way to the middle of the network; two hosts are apart by the sum of theirs. */
  readonly delayMs: Ms;
}

export interface Access {
  readonly up: Pipe;
  readonly down: Pipe;
  readonly delayMs: Ms;
}

export function createAccess(agenda: Agenda, spec: AccessSpec): Access {
  return {
    up: createPipe(agenda, spec.up),
    down: createPipe(agenda, spec.down),
    delayMs: spec.delayMs,
  };
}

/**
 * Carries bytes from one host to another: through its uplink, the network, and the other's
 * downlink.
 */
export function carry(
  agenda: Agenda,
  from: Access,
  to: Access,
  flow: { readonly up: string; readonly down: string; readonly bytes: number },
  on: { left?(): void; arrived(): void },
): void {
  from.up.send(flow.up, flow.bytes, () => {
    on.left?.();
    agenda.after(from.delayMs + to.delayMs, () => to.down.send(flow.down, flow.bytes, on.arrived));
  });
}
