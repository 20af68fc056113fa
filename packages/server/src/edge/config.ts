/** What an operator may choose about sending media; what is cached is `core`'s `CacheConfig`. */

export interface PatienceConfig {
  /** Every viewer may take this long, whatever it asked for. */
  readonly graceMs: number;
  /** Below this rate a viewer holds memory and a connection for nothing, and is cut. */
  readonly bytesPerSecMin: number;
}

export const DEFAULT_PATIENCE: PatienceConfig = { graceMs: 30_000, bytesPerSecMin: 8000 };
