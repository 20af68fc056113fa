/**
 * A tracker and all of its peers without media: they join, link, report and leave as the engine
 * does, so that the tracker machine and its planners do all of their work for every one of them.
 */
import { createTracker, type TrackerConfig, type TrackerInput } from '@shoal/core/tracker';
import { createRandom, type Ms, type PeerId, type Random } from '@shoal/core/units';
import type { FromTracker, ToTracker } from '@shoal/core/wire';
import { type Agenda, createAgenda } from '../agenda.js';
import { canPunch } from '../network/nat.js';
import { Paths } from '../network/paths.js';
import type { Scenario, VisitSpec } from '../scenario.js';
import { createMedia, type Media } from '../world/media.js';
import { CpuQueue } from './cpu-queue.js';
import { StatsRing } from './stats-ring.js';

export interface LightPeer {
  readonly spec: VisitSpec;
  connection: number;
  peer: PeerId | undefined;
  /** Open links and their round-trip times. */
  readonly links: Map<PeerId, Ms>;
  statsMs: Ms;
  willReport: boolean;
  isGone: boolean;
}

/** The members of one cluster. */
export type LightCluster = readonly LightPeer[];

export interface LightOptions {
  readonly config: TrackerConfig;
  /** A real clock, to measure each step of the tracker by; it decides nothing. */
  readonly clock: () => Ms;
}

export class LightWorld {
  readonly agenda: Agenda = createAgenda();
  readonly queue = new CpuQueue();
  /** From the arrival of a `join` at the tracker until it had computed the answer. */
  readonly joinWaits: Ms[] = [];
  readonly counts = { joins: 0, leaves: 0, refused: 0, links: 0, messages: 0, plans: 0 };
  readonly #scenario: Scenario;
  readonly #clock: () => Ms;
  readonly #machine: ReturnType<typeof createTracker>;
  readonly #media: Media;
  readonly #random: Random;
  readonly #paths: Paths;
  readonly #peers: (LightPeer | undefined)[] = [];
  readonly #byId = new Map<PeerId, LightPeer>();
  readonly #stats: StatsRing<LightPeer>;
  #next = 0;
  #alarm: { readonly at: Ms; readonly undo: () => void } | undefined;

  constructor(scenario: Scenario, { config, clock }: LightOptions) {
    const { seed, distances, media } = scenario;
    this.#scenario = scenario;
    this.#clock = clock;
    this.#random = createRandom(seed ^ 0x119);
    this.#paths = new Paths(this.agenda, createRandom(seed ^ 0xa7), distances);
    this.#media = createMedia(media);
    this.#machine = createTracker({ seed, now: 0, config });
    this.#stats = new StatsRing(this.agenda, (peer) => this.#report(peer));
  }

  start(): void {
    const { streamId, epoch } = this.#media;
    this.#feed({ type: 'stream', streamId, epoch });
    const listed = this.#media.listed(0);
    for (const sequence of listed) {
      for (let part = 0; part < this.#media.parts; part++) this.#record(sequence, part);
    }
    this.#publish((listed.at(-1) ?? 0) + 1, 0);
    this.#arrivals();
  }

  peers(): number {
    return this.#byId.size;
  }

  /** Clusters, with those in them; costs as much as there are peers. */
  clusters(): readonly LightCluster[] {
    const [stream] = this.#machine.snapshot().streams;
    const renditions = stream?.renditions ?? [];
    return renditions.flatMap(({ clusters }) =>
      clusters.map(({ members }) => members.flatMap(({ peer }) => this.#byId.get(peer) ?? [])),
    );
  }

  // ------------------------------------------------------------------ coming and going

  #arrivals(): void {
    const { visits } = this.#scenario;
    const now = this.agenda.now();
    let next = visits[this.#next];
    for (; next !== undefined && next.arriveAt <= now; next = visits[this.#next]) {
      this.#next += 1;
      if (next.consent !== false) this.#arrive(next);
    }
    if (next !== undefined) this.agenda.at(next.arriveAt, () => this.#arrivals());
  }

  #arrive(spec: VisitSpec): void {
    const peer: LightPeer = {
      spec,
      connection: 0,
      peer: undefined,
      links: new Map(),
      statsMs: 0,
      willReport: false,
      isGone: false,
    };
    this.#connect(peer);
    if (spec.leaveAt !== undefined) this.agenda.at(spec.leaveAt, () => this.#leave(peer));
  }

  #connect(peer: LightPeer): void {
    const wayMs = this.#wayMs(peer);
    this.agenda.after(HANDSHAKE_WAYS * wayMs, () => {
      if (peer.isGone) return;
      this.#peers.push(peer);
      peer.connection = this.#peers.length - 1;
      const { network = `net-${peer.connection}`, region, asn } = peer.spec;
      const entropy = Uint8Array.from({ length: 24 }, () => this.#random.below(256));
      const place = {
        ...(region === undefined ? {} : { region }),
        ...(asn === undefined ? {} : { asn }),
      };
      const { connection } = peer;
      this.#feed({ type: 'opened', connection, entropy, network, ...place });
      this.agenda.after(2 * wayMs, () => this.#join(peer));
    });
  }

  #join(peer: LightPeer): void {
    if (peer.isGone) return;
    const { streamId, epoch } = this.#media;
    this.counts.joins += 1;
    const join = { version: 1, versionMin: 1, streamId, epoch, resume: undefined, token: '' };
    const uploads = peer.spec.uploads !== false;
    const waitMs = this.#say(peer, { type: 'join', ...join, uploads, uplink: 0 });
    this.joinWaits.push(waitMs);
    if (peer.peer === undefined) return;
    const rendition = peer.spec.ladder?.switches.at(-1)?.to ?? peer.spec.ladder?.first ?? 0;
    this.#say(peer, { type: 'follow', renditions: [{ rendition, playhead: 0, live: true }] });
  }

  #leave(peer: LightPeer): void {
    peer.isGone = true;
    if (peer.peer === undefined) return;
    this.counts.leaves += 1;
    this.#byId.delete(peer.peer);
    this.#peers[peer.connection] = undefined;
    this.#feed({ type: 'closed', connection: peer.connection });
  }

  // ------------------------------------------------------------------ what a peer says

  #say(peer: LightPeer, message: ToTracker): Ms {
    return this.#feed({ type: 'message', connection: peer.connection, message });
  }

  /** As the engine does: all open links, a moment after they changed. */
  #linksChanged(peer: LightPeer): void {
    if (peer.willReport) return;
    peer.willReport = true;
    this.agenda.after(LINKS_MS + this.#wayMs(peer), () => {
      peer.willReport = false;
      if (peer.isGone || peer.peer === undefined) return;
      const open = [...peer.links].map(([other, rttMs]) => ({ peer: other, rttMs }));
      this.#say(peer, { type: 'links', open });
    });
  }

  #report(peer: LightPeer): Ms | undefined {
    if (peer.isGone || peer.peer === undefined) return undefined;
    const { bitrates } = this.#media;
    const played = ((bitrates[0] ?? 0) * peer.statsMs) / 8_000;
    this.#say(peer, {
      type: 'stats',
      httpBytes: 0,
      peerBytes: Math.round(played),
      uploadedBytes: Math.round(played),
      stallMs: 0,
      uplink: Math.round(0.9 * peer.spec.up),
      bufferMs: 6_000,
    });
    return peer.statsMs;
  }

  // ------------------------------------------------------------------ what a peer hears

  #hear(peer: LightPeer, message: FromTracker): void {
    if (message.type === 'welcome') {
      peer.peer = message.peer;
      peer.statsMs = message.statsMs;
      this.#byId.set(message.peer, peer);
      this.#stats.add(peer, this.#random.next() * message.statsMs);
    } else if (message.type === 'introduce') {
      if (message.offer) this.#meet(peer, message.peer);
    } else if (message.type === 'gone') {
      if (peer.links.delete(message.peer)) this.#linksChanged(peer);
    } else if (message.type === 'refused') {
      this.counts.refused += 1;
      this.agenda.after(message.retryMs, () => this.#connect(peer));
    } else if (message.type === 'plan') this.counts.plans += 1;
  }

  /** Offer, answer and a candidate each over the tracker; then the link is up, or never. */
  #meet(a: LightPeer, other: PeerId): void {
    const b = this.#byId.get(other);
    if (b === undefined) return;
    const [wayA, wayB] = [this.#wayMs(a), this.#wayMs(b)];
    const signals = (from: LightPeer, to: LightPeer): void => {
      if (from.isGone || to.isGone || to.peer === undefined) return;
      this.#say(from, { type: 'signal', peer: to.peer, payload: DESCRIPTION });
      this.#say(from, { type: 'signal', peer: to.peer, payload: CANDIDATE });
    };
    this.agenda.after(2 * wayA, () => signals(a, b));
    this.agenda.after(2 * wayA + 2 * wayB, () => signals(b, a));
    if (!this.#canLink(a, b)) return;
    const apartMs = this.#paths.apartMs(a.spec, b.spec);
    const setUpMs = this.#scenario.linkMs * (1 + 2 * this.#random.next()) + 4 * apartMs;
    this.agenda.after(3 * wayA + 3 * wayB + setUpMs, () => this.#link(a, b, 2 * apartMs));
  }

  #link(a: LightPeer, b: LightPeer, rttMs: Ms): void {
    if (a.isGone || b.isGone || a.peer === undefined || b.peer === undefined) return;
    this.counts.links += 1;
    a.links.set(b.peer, rttMs);
    b.links.set(a.peer, rttMs);
    this.#linksChanged(a);
    this.#linksChanged(b);
  }

  #canLink(a: LightPeer, b: LightPeer): boolean {
    return (
      canPunch(a.spec.nat ?? 'open', b.spec.nat ?? 'open') &&
      this.#random.next() >= this.#scenario.unlinkable
    );
  }

  #wayMs({ spec }: LightPeer): Ms {
    return spec.delayMs + this.#scenario.trackerDelayMs;
  }

  // ------------------------------------------------------------------ the tracker

  #publish(sequence: number, part: number): void {
    this.agenda.at(this.#media.publishedAt({ sequence, part }) + SIGN_MS, () => {
      this.#record(sequence, part);
      const isLast = part + 1 === this.#media.parts;
      this.#publish(isLast ? sequence + 1 : sequence, isLast ? 0 : part + 1);
    });
  }

  #record(sequence: number, part: number): void {
    for (const rendition of this.#media.bitrates.keys()) {
      this.#feed({ type: 'record', sealed: this.#media.sealed({ rendition, sequence, part }) });
    }
  }

  /** Returns how long until a processor that does all this alone is done with it. */
  #feed(input: TrackerInput, why?: string): Ms {
    const now = this.agenda.now();
    this.counts.messages += 1;
    const began = this.#clock();
    const outputs = this.#machine.step(now, input);
    const wake = this.#machine.wake();
    const costMs = this.#clock() - began;
    const kind = why ?? (input.type === 'message' ? input.message.type : input.type);
    const isPlan = kind === 'plan';
    if (isPlan) this.queue.serveLater(now, costMs, kind);
    const waitMs = isPlan ? 0 : this.queue.serve(now, costMs, kind);
    for (const output of outputs) {
      if (output.type !== 'send' || output.message.type === 'announce') continue;
      const peer = this.#peers[output.connection];
      if (peer !== undefined) this.#hear(peer, output.message);
    }
    if (wake !== undefined) this.#arm(wake.at, wake.why);
    return waitMs;
  }

  /** An alarm that is too early stays. */
  #arm(at: Ms, why: string): void {
    if (this.#alarm !== undefined && this.#alarm.at <= at) return;
    this.#alarm?.undo();
    const undo = this.agenda.at(at, () => {
      this.#alarm = undefined;
      this.#feed({ type: 'wake' }, why);
    });
    this.#alarm = { at, undo };
  }
}

/** As in the engine. */
const LINKS_MS = 100;
/** TCP and the upgrade, one way each. */
const HANDSHAKE_WAYS = 3;
/** Publishing, signing and telling the tracker takes this long. */
const SIGN_MS = 20;
/** As long as reduced descriptions and candidates are. */
const DESCRIPTION = 'd'.repeat(280);
const CANDIDATE = 'c'.repeat(90);
