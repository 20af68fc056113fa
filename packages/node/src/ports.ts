/** All ports of a Node.js peer at once. */
import type { Ports } from '@shoal/host';
import { nodeClock } from './clock.js';
import { nodeCrypto } from './crypto.js';
import { nodeEdgeFetch } from './edge-fetch.js';
import { type NodeLinksOptions, nodeLinks } from './links.js';
import { nodeTrackerSockets } from './tracker-socket.js';

export interface NodePortsOptions {
  readonly links: NodeLinksOptions;
}

export function nodePorts({ links }: NodePortsOptions): Ports {
  return {
    clock: nodeClock(),
    crypto: nodeCrypto(),
    edge: nodeEdgeFetch(),
    links: nodeLinks(links),
    tracker: nodeTrackerSockets(),
  };
}
