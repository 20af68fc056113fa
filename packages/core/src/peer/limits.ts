/**
 * Every limit of the peer machine that a hostile or broken world could reach, with its unit and its
 * reason.
 */
export const LIMITS = {
  /** Parts known at once: an hour of two-second segments, or a long title. */
  parts: 2_048,
  /** Records whose signature is being checked: four HTTP answers of 64. */
  verifying: 256,
  /** Records asked for in one HTTP request. */
  recordsAsked: 64,
  /** Records of one part being checked: a forged one must not keep the true one out. */
  verifyingOfPart: 3,
  /** Pieces from peers that wait for their record: 4 MiB. */
  arrivals: 256,
  /** The same from one link. */
  arrivalsOfLink: 64,
  /** Parts of which we remember what a link holds. */
  partsOfLink: 512,
  /** Uploads waiting: 16 MiB. */
  uploads: 1_024,
  /** Uploads waiting for one link. */
  uploadsOfLink: 256,
  /** Introductions waiting to be connected. */
  introduced: 64,
  /** Links in any phase, whatever the tracker grants. */
  links: 64,
  /** Requests of the player open at once. */
  wants: 64,
  /** Segments of a playlist remembered: half a day of two-second segments. */
  located: 20_000,
  /** Renditions followed. */
  followed: 16,
  /** Segments whose owner is asked for in one message. */
  claims: 64,
  /** Furthest that a record may be from the player, in segments. */
  sequencesAhead: 4_096,
} as const;
