/** Which bytes cross from one network to another: what networks pay each other for. */
import type { PeerId } from '@shoal/core/units';
import { networkOf, type Visit } from '../simulation.js';

export interface Crossing {
  /** Of the bytes between viewers, the share that came from another network. NaN: there are none. */
  readonly share: number;
  /** The same if everybody were fed by anybody. */
  readonly blindShare: number;
}

export function crossingOf(visits: readonly Visit[]): Crossing {
  const networks = new Map<PeerId, string>();
  for (const visit of visits) {
    for (const id of visit.viewer?.ids ?? []) networks.set(id, operatorOf(visit));
  }
  let [all, crossed] = [0, 0];
  for (const visit of visits) {
    for (const [from, bytes] of visit.viewer?.figures.gotFrom ?? []) {
      all += bytes;
      if (networks.get(from) !== operatorOf(visit)) crossed += bytes;
    }
  }
  return { share: crossed / all, blindShare: blindShare(visits.map(operatorOf)) };
}

function operatorOf(visit: Visit): string {
  return visit.spec.asn ?? networkOf(visit);
}

/** The share of pairs that are of two networks. */
function blindShare(networks: readonly string[]): number {
  const sizes = new Map<string, number>();
  for (const network of networks) sizes.set(network, (sizes.get(network) ?? 0) + 1);
  let within = 0;
  for (const size of sizes.values()) within += size * (size - 1);
  return 1 - within / (networks.length * (networks.length - 1));
}
