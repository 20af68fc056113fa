/**
 * A tracker for tests: introduces newcomers, plants one tree at each linked peer, names owners of
 * claims.
 */
import type { PeerPlan, TreePlace } from '../../swarm/index.js';
import { PeerId } from '../../units/index.js';
import type { FromTracker, SealedRecord, ToTracker } from '../../wire/index.js';
import type { TestClock } from './clock.js';

export interface TestTracker {
  up: boolean;
  linksMax: number;
  readonly complaints: { from: string; about: string; peer: string }[];
  receive(peer: string, message: ToTracker): void;
  leave(peer: string): void;
  announce(sealed: SealedRecord): void;
  /** Called when it goes down. */
  drop(): void;
}

interface Member {
  readonly peer: string;
  joined: boolean;
  links: string[];
}

export function createTestTracker(
  clock: TestClock,
  send: (peer: string, message: FromTracker) => void,
  live: boolean,
): TestTracker {
  const members = new Map<string, Member>();
  const owners = new Map<number, string>();
  let version = 0;
  let planned = false;
  const deliver = (peer: string, message: FromTracker): void => {
    clock.after(DELAY, () => tracker.up && send(peer, message));
  };
  const plan = (): void => {
    planned = false;
    const names = [...members.keys()];
    const linked = (a: string, b: string): boolean =>
      (members.get(a)?.links.includes(b) && members.get(b)?.links.includes(a)) ?? false;
    const group = reachable(names, linked);
    version++;
    const trees = group.map((root) => treeFrom(root, group, linked));
    for (const peer of group) {
      const places = trees.map((parents, i): TreePlace => {
        const root = group[i]!;
        const children = group.filter((other) => parents.get(other) === peer).map(PeerId);
        const standbyRoot = children.length >= 0 && firstChild(parents, root) === peer;
        const parent = parents.get(peer);
        return {
          parent: parent === undefined ? undefined : PeerId(parent),
          standby: undefined,
          standbyRoot,
          children,
        };
      });
      const message: PeerPlan = { rendition: 0, version, stripesMax: 8, trees: places };
      if (live) deliver(peer, { type: 'plan', ...message });
    }
  };
  const replan = (): void => {
    if (planned) return;
    planned = true;
    clock.after(250, plan);
  };
  const tracker: TestTracker = {
    up: true,
    linksMax: 7,
    complaints: [],
    receive(peer, message) {
      if (!tracker.up) return;
      const member = members.get(peer);
      if (message.type === 'join') {
        const others = [...members.keys()].slice(-tracker.linksMax);
        members.set(peer, { peer, joined: true, links: member?.links ?? [] });
        const secret = new Uint8Array(16);
        const { linksMax } = tracker;
        deliver(peer, {
          type: 'welcome',
          version: 1,
          peer: PeerId(peer),
          secret,
          linksMax,
          statsMs: 5_000,
        });
        for (const other of others) {
          if (other === peer) continue;
          deliver(peer, { type: 'introduce', peer: PeerId(other), offer: true });
          deliver(other, { type: 'introduce', peer: PeerId(peer), offer: false });
        }
      } else if (message.type === 'links' && member !== undefined) {
        member.links = message.open.map((link) => link.peer);
        replan();
      } else if (message.type === 'complaint') {
        tracker.complaints.push({ from: peer, about: message.about, peer: message.peer });
      } else if (message.type === 'claim') {
        const named = message.sequences.map((sequence) => {
          if (!owners.has(sequence)) owners.set(sequence, peer);
          return { sequence, peer: PeerId(owners.get(sequence)!) };
        });
        deliver(peer, { type: 'claimed', rendition: message.rendition, owners: named });
      } else if (message.type === 'leave') tracker.leave(peer);
    },
    leave(peer) {
      members.delete(peer);
      for (const [sequence, owner] of owners) if (owner === peer) owners.delete(sequence);
      replan();
    },
    announce(sealed) {
      for (const peer of members.keys()) deliver(peer, { type: 'announce', sealed });
    },
    drop() {
      tracker.up = false;
      members.clear();
    },
  };
  return tracker;
}

function reachable(names: string[], linked: (a: string, b: string) => boolean): string[] {
  let best: string[] = [];
  const seen = new Set<string>();
  for (const start of names) {
    if (seen.has(start)) continue;
    const group = [start];
    for (const at of group) {
      for (const other of names) if (!group.includes(other) && linked(at, other)) group.push(other);
    }
    for (const peer of group) seen.add(peer);
    if (group.length > best.length) best = group;
  }
  return best.length > 1 ? best : [];
}

/** Breadth first, each level shared out evenly. */
function treeFrom(
  root: string,
  group: string[],
  linked: (a: string, b: string) => boolean,
): Map<string, string> {
  const parents = new Map<string, string>();
  let level = [root];
  const placed = new Set(level);
  while (level.length > 0) {
    const load = new Map<string, number>();
    const next: string[] = [];
    for (const peer of group) {
      if (placed.has(peer)) continue;
      const able = level.filter((other) => linked(other, peer));
      able.sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0) || (a < b ? -1 : 1));
      if (able.length === 0) continue;
      parents.set(peer, able[0]!);
      load.set(able[0]!, (load.get(able[0]!) ?? 0) + 1);
      next.push(peer);
    }
    for (const peer of next) placed.add(peer);
    level = next;
  }
  return parents;
}

function firstChild(parents: Map<string, string>, root: string): string | undefined {
  return [...parents].find(([, parent]) => parent === root)?.[0];
}

const DELAY = 15;
