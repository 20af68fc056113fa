/** Shoal in a browser: the adapters of every port. */
export type { EngineEvents, EngineStats, NeighbourStats, SegmentStats, Why } from '@shoal/host';
