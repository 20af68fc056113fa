/** `plan`: the receiver's place in every tree of a rendition's cluster. */
import type { PeerId, Rendition } from '../units/index.js';
import {
  type Field,
  flag,
  list,
  peerId,
  refined,
  struct,
  u16,
  u32,
  uint,
  type Wire,
} from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, kind } from './message.js';

/** The receiver's place in one tree; same shape as `swarm`'s `TreePlace`. */
export interface PlannedTree {
  readonly parent: PeerId | undefined;
  readonly standby: PeerId | undefined;
  readonly standbyRoot: boolean;
  readonly children: readonly PeerId[];
}

/** Same shape as `swarm`'s `PeerPlan`; replaces the plan of its rendition with a lower version. */
export interface Plan {
  readonly type: 'plan';
  readonly rendition: Rendition;
  readonly version: number;
  readonly stripesMax: number;
  readonly trees: readonly PlannedTree[];
}

/**
 * The same few neighbours stand in every tree, so each id is written once: see `peerReferences`.
 */
export const plan: Kind<Plan> = kind(0x33, 'plan', (wire, value) => planFields()(wire, value));

function planFields(): Field<Omit<Plan, 'type'>> {
  const peer = peerReferences();
  const somebody = refined(peer, (id) => id !== undefined, 'child') as Field<PeerId>;
  const tree = struct<PlannedTree>({
    parent: peer,
    standby: peer,
    standbyRoot: flag,
    children: list(LIMITS.children, somebody),
  });
  return struct<Omit<Plan, 'type'>>({
    rendition: u16,
    version: u32,
    stripesMax: uint(1, LIMITS.stripes, 1),
    trees: list(LIMITS.trees, tree),
  });
}

/**
 * One byte: 0 for nobody, n for the n-th peer met in this message; a peer met first has its id
 * behind it.
 */
function peerReferences(): Field<PeerId | undefined> {
  const met: PeerId[] = [];
  const number = uint(1, LIMITS.planPeers);
  return (wire: Wire, id) => {
    const known = met.indexOf(id as PeerId) + 1;
    const at = number(wire, known > 0 || id === undefined ? known : met.length + 1);
    if (at <= met.length) return met[at - 1];
    wire.check(at === met.length + 1, 'reference');
    const added = peerId(wire, id);
    wire.check(!met.includes(added), 'peer twice');
    met.push(added);
    return added;
  };
}
