/** Every room of core, for the purity check to bundle. */
export * as access from '@shoal/core/access';
export * as edge from '@shoal/core/edge';
export * as errors from '@shoal/core/errors';
export * as integrity from '@shoal/core/integrity';
export * as media from '@shoal/core/media';
export * as peer from '@shoal/core/peer';
export * as router from '@shoal/core/router';
export * as scheduler from '@shoal/core/scheduler';
export * as swarm from '@shoal/core/swarm';
export * as telemetry from '@shoal/core/telemetry';
export * as tracker from '@shoal/core/tracker';
export * as units from '@shoal/core/units';
export * as wire from '@shoal/core/wire';
