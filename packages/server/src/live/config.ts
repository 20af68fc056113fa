/** What a live channel may be told, with defaults. */
import { DEFAULT_PACKAGER, type PackagerConfig } from '@shoal/core/media';

export interface LiveConfig extends PackagerConfig {
  /** What the playlist shows, at least; viewers may go back so far. */
  readonly windowMs: number;
  /** Disk that one channel may take for its window; 0: memory alone. */
  readonly diskBytesMax: number;
  /**
   * Encrypts whole segments with AES-128, with another key after so long; 0: not at all. There are
   * no parts then: a part of an encrypted segment cannot be both.
   */
  readonly rotateKeysMs: number;
  /** A channel whose publisher is gone for so long has ended. */
  readonly endAfterMs: number;
}

export const DEFAULT_LIVE: LiveConfig = {
  ...DEFAULT_PACKAGER,
  windowMs: 60_000,
  diskBytesMax: 0,
  rotateKeysMs: 0,
  endAfterMs: 60_000,
};

/** What has left the playlist stays so long for those who still have the old one. */
export const GRACE_MS = 60_000;

/** Segments younger than this are in memory, whatever is on disk. */
export const MEMORY_MS = 60_000;

/** Longest window without disk: 5 Mbit/s are 375 MB then. */
export const MEMORY_WINDOW_MS_MAX = 600_000;

/** Segments that one playlist names; a day of two seconds each, and more. */
export const SEGMENTS_LISTED_MAX = 50_000;

/** Playlist requests and parts that one rendition holds until they are due. */
export const WAITERS_MAX = 20_000;
