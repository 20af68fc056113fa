/**
 * The floor plan: which package and which room of core may use which, as docs/STYLE.md draws it.
 */

/** Packages from the ground up; each may use only what is listed, never up, never sideways. */
export const PACKAGES = {
  core: [],
  host: ['core'],
  browser: ['host', 'core'],
  node: ['host', 'core'],
  sim: ['host', 'core'],
  server: ['node', 'host', 'core'],
  dashboard: ['core'],
  cli: ['server', 'node', 'sim', 'host', 'core'],
};

/** Rooms of core, each its own TypeScript project. */
export const ROOMS = {
  units: [],
  errors: ['units'],
  wire: ['units', 'errors'],
  integrity: ['units', 'errors', 'wire'],
  media: ['units', 'errors'],
  swarm: ['units', 'errors'],
  scheduler: ['units', 'errors', 'swarm'],
  telemetry: ['units', 'errors'],
  peer: ['units', 'errors', 'wire', 'integrity', 'swarm', 'scheduler', 'telemetry'],
  tracker: ['units', 'errors', 'wire', 'swarm', 'telemetry'],
  edge: ['units', 'errors', 'telemetry'],
  access: ['units', 'errors'],
  router: ['units', 'errors', 'access'],
};

/** Packages whose code runs on Node.js and may use its built-in modules. */
export const ON_NODE = ['node', 'sim', 'server', 'cli'];
