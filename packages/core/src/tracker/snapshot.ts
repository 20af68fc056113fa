/** A picture of the swarm, for metrics and for drawing it. */
import { compareIds, depthOf, feedsOf, rootsOf } from '../swarm/index.js';
import type { Ms, PeerId, Rendition } from '../units/index.js';
import { typicalPart } from './announcing.js';
import type {
  ClusterSnapshot,
  MemberSnapshot,
  StreamSnapshot,
  TrackerSnapshot,
} from './contract.js';
import { linksWithin } from './planning.js';
import type { Cluster, Member, Stream, TrackerState } from './state.js';

export function snapshot(state: TrackerState, now: Ms): TrackerSnapshot {
  return {
    connections: state.connections.size,
    peers: connectedOf(state.members.values()),
    refused: Object.fromEntries(state.refused),
    streams: [...state.streams.values()].map((stream) => streamSnapshot(stream, now)),
  };
}

function streamSnapshot(stream: Stream, now: Ms): StreamSnapshot {
  const renditions = [...stream.renditions.values()].sort((x, y) => x.rendition - y.rendition);
  return {
    streamId: stream.streamId.slice(),
    epoch: stream.epoch,
    peers: connectedOf(stream.members.values()),
    totals: { ...stream.totals },
    renditions: renditions.map((state) => ({
      rendition: state.rendition,
      live: isLive(stream, state.rendition),
      bitrate: typicalPart(state, 1).bitrate,
      clusters: state.clusters.map((cluster) => clusterSnapshot(cluster, now)),
    })),
  };
}

function clusterSnapshot(cluster: Cluster, now: Ms): ClusterSnapshot {
  const roots = rootsOf(cluster.planner);
  const members = [...cluster.members.values()].map((member) => {
    const links = linksWithin(cluster, member).map(({ peer }) => peer);
    return memberSnapshot(member, now, links, roots.get(member.peer) ?? 0);
  });
  return {
    cluster: cluster.number,
    region: cluster.home.region,
    asn: cluster.home.asn,
    waiting: cluster.waiting.size,
    trees: cluster.planner.groups.length > 0 ? cluster.planner.trees.length : 0,
    depth: depthOf(cluster.planner),
    members: members.sort((x, y) => compareIds(x.peer, y.peer)),
    feeds: feedsOf(cluster.planner).map((feed) => ({ ...feed })),
  };
}

function memberSnapshot(
  member: Member,
  now: Ms,
  links: readonly PeerId[],
  roots: number,
): MemberSnapshot {
  return {
    peer: member.peer,
    uploads: member.uploads,
    uplink: member.uplink,
    ageMs: now - member.joinedAt,
    bufferMs: member.bufferMs,
    ...member.sums,
    links: links.slice().sort(compareIds),
    roots,
  };
}

function isLive(stream: Stream, rendition: Rendition): boolean {
  for (const { follows } of stream.members.values()) {
    if (follows.get(rendition)?.live === true) return true;
  }
  return false;
}

function connectedOf(members: Iterable<Member>): number {
  let connected = 0;
  for (const member of members) if (member.connection !== undefined) connected += 1;
  return connected;
}
