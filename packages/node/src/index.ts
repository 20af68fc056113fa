/** The ports of an engine in Node.js. */
export { nodeClock } from './clock.js';
export { nodeCrypto } from './crypto.js';
export { nodeEdgeFetch } from './edge-fetch.js';
export { type NodeLinksOptions, nodeLinks } from './links.js';
export { type NodePortsOptions, nodePorts } from './ports.js';
export { nodeTrackerSockets } from './tracker-socket.js';
