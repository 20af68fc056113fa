/** A host's access to the network: up and down rates, where it stands, and how steady it is. */
import type { BitsPerSec, Ms } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import type { Nat } from './nat.js';
import { createPipe, type Pipe } from './pipe.js';

/** Where a host stands in the network, and how well its packets fare. */
export interface Standing {
  /** One way to the middle of the network; two hosts are apart by the sum of theirs. */
  readonly delayMs: Ms;
  /** What a packet may come later than that, at most. */
  readonly jitterMs?: Ms;
  /** Share of packets lost; each is sent again a round trip later. */
  readonly loss?: number;
  /** Hosts without one are near everybody, as edges in many places are. */
  readonly region?: string;
  /** One way from the middle of its region towards other regions. */
  readonly outMs?: Ms;
  /** The network operator that sells the access. */
  readonly asn?: string;
  readonly nat?: Nat;
}

export interface AccessSpec extends Standing {
  readonly up: BitsPerSec;
  readonly down: BitsPerSec;
}

export interface Access extends Standing {
  readonly up: Pipe;
  readonly down: Pipe;
}

export function createAccess(agenda: Agenda, spec: AccessSpec): Access {
  const { delayMs, jitterMs = 0, loss = 0, region, outMs = 0, asn, nat = 'open' } = spec;
  return {
    up: createPipe(agenda, spec.up),
    down: createPipe(agenda, spec.down),
    delayMs,
    jitterMs,
    loss,
    outMs,
    nat,
    ...(region === undefined ? {} : { region }),
    ...(asn === undefined ? {} : { asn }),
  };
}
