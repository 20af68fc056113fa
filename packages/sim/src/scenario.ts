/**
 * What a scenario says: the stream, the edge, who comes when over which access, and what goes
 * wrong.
 */
import type { PeerConfig } from '@shoal/core/peer';
import type { Ms } from '@shoal/core/units';
import type { AccessSpec } from './network/access.js';
import type { Distances } from './network/paths.js';
import type { Simulation } from './simulation.js';
import type { EdgeSpec } from './world/edge.js';
import type { MediaSpec } from './world/media.js';
import type { Ladder } from './world/player.js';
import type { Behaviour } from './world/viewer.js';

export interface VisitSpec extends AccessSpec {
  readonly arriveAt: Ms;
  readonly leaveAt?: Ms;
  /** How long until others notice that it left; a closed page tells, a cut cable does not. */
  readonly noticeMs?: Ms;
  readonly behaviour?: Behaviour;
  readonly uploads?: boolean;
  readonly consent?: boolean;
  readonly network?: string;
  readonly ladder?: Ladder;
}

export interface Happening {
  readonly at: Ms;
  readonly what: string;
  run(simulation: Simulation): void;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly seed: number;
  readonly forMs: Ms;
  readonly media: MediaSpec;
  readonly edge: EdgeSpec;
  readonly visits: readonly VisitSpec[];
  readonly happenings: readonly Happening[];
  /** Every viewer plays without the engine. */
  readonly plain: boolean;
  /** Share of pairs that can never link. */
  readonly unlinkable: number;
  readonly trackerDelayMs: Ms;
  readonly distances: Distances;
  /** Beside round trips, a link takes up to three times this to come up, and as much at least. */
  readonly linkMs: Ms;
  readonly config: PeerConfig | undefined;
}
