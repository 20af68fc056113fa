/**
 * What planning costs: many clusters whose members come and go, planned as the tracker does. CPU a
 * peer and tick (that of this process, so others on the core do not count, its garbage collection
 * does), beside a yardstick of how fast the core is; bytes a peer, news, depth.
 * `node --expose-gc bench/planner.mjs [--peers 1000,10000] [--size 300] [--ticks 60]`. With
 * `--grow` instead: the longest single call while crowds of `--size` come to new clusters
 * `--within` seconds.
 */
import { parseArgs } from 'node:util';
import {
  createPlanner,
  depthOf,
  dropMember,
  placesOf,
  planCluster,
  setMember,
} from '@shoal/core/swarm';
import { createRandom } from '@shoal/core/units';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '1000,10000,100000' },
    size: { type: 'string', default: '300' },
    ticks: { type: 'string', default: '60' },
    links: { type: 'string', default: '8' },
    grow: { type: 'boolean', default: false },
    within: { type: 'string', default: '5' },
  },
});

const TICK_MS = 2_000;
const STAY_MS = 600_000;
const PART = { bitrate: 5_000_000, partMs: 2_000, stripes: 8 };
/** Changes are collected for so long before a plan: a tick has eight such moments. */
const SETTLE_MS = 250;
/** Who has fewer meets somebody. */
const LEAST_LINKS = 4;
/** A crowd comes within the first, and is watched as long as both. */
const GROWTH_MS = 1000 * Number(values.within);
const AFTER_MS = 10_000;
const STEP_MS = 10;
/** The tracker plans a cluster no more often than this for each of its members. */
const PLAN_MS_A_MEMBER = 3;
const WARM = 2;
const GROWN = 8;

if (values.grow) reportGrowth(Number(values.size));
else for (const peers of values.peers.split(',').map(Number)) report(peers, Number(values.size));

function report(peers, size) {
  const random = createRandom(peers);
  const bytes = plannerBytes(random, peers, size);
  const clusters = newClusters(random, peers, size);
  for (let at = 0; at < 5; at++) tick(random, clusters);
  const spent = { us: 0, plans: 0, news: 0 };
  const ticks = Number(values.ticks);
  for (let at = 0; at < ticks; at++) tick(random, clusters, spent);
  const depths = clusters.map(({ planner }) => depthOf(planner)).sort((x, y) => x - y);
  const each = (sum) => (sum / clusters.length / ticks).toFixed(2);
  console.log(
    `${peers} peers in clusters of ${size}:`,
    `${(spent.us / (clusters.length * ticks * size)).toFixed(2)} us a peer and tick`,
    `(a million additions take ${yardstick().toFixed(2)} ms here),`,
    `${bytes.toFixed(0)} B a peer,`,
    `${each(spent.plans)} plans and ${each(spent.news)} news a cluster and tick,`,
    `depth ${depths[Math.floor(depths.length / 2)]} (most ${depths.at(-1)})`,
  );
}

/**
 * A crowd comes, with a plan as often as the tracker makes one; the first clusters warm the code
 * up.
 */
function reportGrowth(size) {
  const calls = [];
  for (let seed = 0; seed < WARM + GROWN; seed++) {
    const random = createRandom(seed);
    const cluster = emptyCluster(size);
    let plannedAt = 0;
    for (let at = 0; at < GROWTH_MS + AFTER_MS; at += STEP_MS) {
      cluster.now = at;
      while (cluster.made < Math.min(size, (size * at) / GROWTH_MS)) enter(random, cluster);
      if (at - plannedAt < Math.max(SETTLE_MS, PLAN_MS_A_MEMBER * cluster.peers.length)) continue;
      plannedAt = at;
      const before = process.cpuUsage();
      plan(cluster);
      const { user, system } = process.cpuUsage(before);
      if (seed >= WARM) calls.push((user + system) / 1000);
    }
  }
  calls.sort((x, y) => y - x);
  const sum = calls.reduce((total, ms) => total + ms, 0);
  console.log(
    `${GROWN} clusters of 0 to ${size} in ${GROWTH_MS / 1000} s: longest calls`,
    `${calls
      .slice(0, 3)
      .map((ms) => ms.toFixed(1))
      .join(', ')} ms,`,
    `95 % ${calls[Math.floor(calls.length / 20)].toFixed(1)} ms,`,
    `${(sum / GROWN).toFixed(0)} ms and ${calls.length / GROWN} calls a cluster`,
  );
}

function newClusters(random, peers, size) {
  return Array.from({ length: Math.ceil(peers / size) }, () => newCluster(random, size));
}

/** What planners hold for a peer, beside the member itself: what is free once they are gone. */
function plannerBytes(random, peers, size) {
  const clusters = newClusters(random, peers, size);
  const before = usedBytes();
  for (const cluster of clusters) cluster.planner = undefined;
  return (before - usedBytes()) / (clusters.length * size);
}

function usedBytes() {
  // The second waits for the buffers that the first let go.
  gc?.();
  gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** How fast this machine is now. */
function yardstick() {
  let total = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < 1e8; i++) total = (total + i) | 0;
  return total === 0.5 ? 0 : process.cpuUsage(before).user / 1e5;
}

function newCluster(random, size) {
  const cluster = emptyCluster(size);
  for (let i = 0; i < size; i++) enter(random, cluster);
  plan(cluster);
  return cluster;
}

function emptyCluster(size) {
  return {
    planner: createPlanner(),
    peers: [],
    members: new Map(),
    links: new Map(),
    changed: new Set(),
    now: 0,
    made: 0,
    size,
  };
}

/** One tick of churn: plans when something changed, and once in any case. */
function tick(random, clusters, spent = { us: 0, plans: 0, news: 0 }) {
  for (let moment = 0; moment < TICK_MS / SETTLE_MS; moment++) {
    const due = clusters.filter((cluster) => churn(random, cluster) || moment === 0);
    const before = process.cpuUsage();
    for (const cluster of due) spent.news += plan(cluster);
    const { user, system } = process.cpuUsage(before);
    spent.us += user + system;
    spent.plans += due.length;
  }
}

/** A moment passes; true when somebody left and another came. */
function churn(random, cluster) {
  cluster.now += SETTLE_MS;
  if (random.next() >= (cluster.size * SETTLE_MS) / STAY_MS) return false;
  leave(random, cluster);
  enter(random, cluster);
  return true;
}

/** Everything the tracker does for a plan but sending it. */
function plan({ planner, members, links, now, changed }) {
  for (const peer of changed) {
    const member = members.get(peer);
    if (member === undefined) dropMember(planner.graph, peer);
    else {
      const open = [...links.get(peer)].map((other) => ({ peer: other, rttMs: 30 }));
      setMember(planner.graph, member, open);
    }
  }
  changed.clear();
  const news = planCluster(planner, now, PART);
  for (const slot of news) placesOf(planner, planner.graph.members[slot].peer);
  return news.length;
}

function enter(random, cluster) {
  cluster.made += 1;
  const peer = cluster.made.toString(16).padStart(16, '0');
  const turn = Math.cos(2 * Math.PI * random.next());
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * turn;
  const uplink = 50_000_000 * Math.exp(normal);
  const wanted = Math.min(cluster.peers.length, Number(values.links) / 2);
  const met = random.shuffled(cluster.peers.slice()).slice(0, wanted + 1);
  cluster.links.set(peer, new Set());
  cluster.members.set(peer, {
    peer,
    uploads: true,
    demotedUntil: 0,
    uplink,
    linkedAt: cluster.now,
    network: peer,
  });
  cluster.peers.push(peer);
  cluster.changed.add(peer);
  for (const other of met) meet(cluster, peer, other);
}

function meet({ links, changed }, peer, other) {
  if (peer === other) return;
  links.get(peer).add(other);
  links.get(other).add(peer);
  changed.add(peer).add(other);
}

function leave(random, cluster) {
  const [gone] = cluster.peers.splice(random.below(cluster.peers.length), 1);
  for (const other of cluster.links.get(gone)) {
    const links = cluster.links.get(other);
    links.delete(gone);
    cluster.changed.add(other);
    if (links.size < LEAST_LINKS)
      meet(cluster, other, cluster.peers[random.below(cluster.peers.length)]);
  }
  cluster.members.delete(gone);
  cluster.links.delete(gone);
  cluster.changed.add(gone);
}
