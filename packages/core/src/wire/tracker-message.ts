/** What peers and the tracker say to each other, binary frames on one WebSocket. */
import { type Announce, announce } from './announce.js';
import { type Claim, claim } from './claim.js';
import { type Claimed, claimed } from './claimed.js';
import { type Complaint, complaint } from './complaint.js';
import { decode, encode } from './field.js';
import { type Follow, follow } from './follow.js';
import { type Gone, gone } from './gone.js';
import { type Introduce, introduce } from './introduce.js';
import { type Join, join } from './join.js';
import { type Leave, leave } from './leave.js';
import { LIMITS } from './limits.js';
import { type Links, links } from './links.js';
import { anyOf } from './message.js';
import { type Plan, plan } from './plan.js';
import { type Refused, refused } from './refused.js';
import { type Signal, signal } from './signal.js';
import { type Stats, stats } from './stats.js';
import { type Uploads, uploads } from './uploads.js';
import { type Welcome, welcome } from './welcome.js';

/** `uploads` travels on links and here alike: the planner must know at once who may be a parent. */
export type ToTracker =
  | Join
  | Follow
  | Links
  | Stats
  | Claim
  | Complaint
  | Signal
  | Uploads
  | Leave;

export type FromTracker = Welcome | Introduce | Plan | Announce | Claimed | Signal | Gone | Refused;

const toTracker = anyOf<ToTracker>(
  join,
  follow,
  links,
  stats,
  claim,
  complaint,
  signal,
  uploads,
  leave,
);

const fromTracker = anyOf<FromTracker>(
  welcome,
  introduce,
  plan,
  announce,
  claimed,
  signal,
  gone,
  refused,
);

/** Throws `InvariantError` when the message breaks the wire rules: that is a bug of the caller. */
export function encodeToTracker(message: ToTracker): Uint8Array<ArrayBuffer> {
  return encode(toTracker, message);
}

/** Throws `wire/violation`, and nothing else, when `bytes` are no message to a tracker. */
export function decodeToTracker(bytes: Uint8Array): ToTracker {
  return decode(toTracker, bytes, LIMITS.frameBytes);
}

/** Throws `InvariantError` when the message breaks the wire rules: that is a bug of the caller. */
export function encodeFromTracker(message: FromTracker): Uint8Array<ArrayBuffer> {
  return encode(fromTracker, message);
}

/** Throws `wire/violation`, and nothing else, when `bytes` are no message of a tracker. */
export function decodeFromTracker(bytes: Uint8Array): FromTracker {
  return decode(fromTracker, bytes, LIMITS.frameBytes);
}
