/** One link of an engine: frames decoded and encoded, and drained bytes counted in pieces. */
import { isShoalError } from '@shoal/core/errors';
import type { PeerInput } from '@shoal/core/peer';
import type { Bytes, Ms, PeerId } from '@shoal/core/units';
import {
  decodeLinkMessage,
  decodePieceFrame,
  encodeLinkMessage,
  encodePieceFrame,
  type LinkMessage,
  type PieceHeader,
} from '@shoal/core/wire';
import type { Link, LinkEvents, Links } from '../ports/links.js';
import type { Arrivals } from './arrivals.js';

export interface EngineLinkParts {
  readonly links: Links;
  readonly arrivals: Arrivals;
  feed(input: PeerInput): void;
  relay(peer: PeerId, payload: string): void;
  /** The link went down by itself. */
  gone(link: EngineLink): void;
}

export class EngineLink implements LinkEvents {
  readonly peer: PeerId;
  isUp = false;
  readonly #parts: EngineLinkParts;
  readonly #link: Link;
  /** Frames in the send buffer, oldest first: their bytes on the wire, and those of the piece. */
  readonly #sent: { frame: number; readonly piece: number }[] = [];
  #over = false;

  constructor(parts: EngineLinkParts, peer: PeerId, offer: boolean) {
    this.#parts = parts;
    this.peer = peer;
    this.#link = parts.links.open(peer, offer, this.#heard());
  }

  close(): void {
    this.#over = true;
    this.#link.close();
  }

  send(message: LinkMessage): void {
    this.#link.sendControl(encodeLinkMessage(message));
  }

  sendPiece(piece: PieceHeader, bytes: Uint8Array): void {
    if (!this.isUp) return;
    const frame = encodePieceFrame(piece, bytes);
    this.#sent.push({ frame: frame.length, piece: bytes.length });
    this.#link.sendPiece(frame);
  }

  /** A signal that came for it. */
  hear(payload: string): void {
    this.#link.signal(payload);
  }

  up(rttMs: Ms): void {
    this.isUp = true;
    this.#parts.feed({ type: 'link-up', peer: this.peer, rttMs });
  }

  down(): void {
    this.#over = true;
    this.#parts.gone(this);
    this.#parts.feed({ type: 'link-down', peer: this.peer });
  }

  control(frame: Uint8Array): void {
    const { peer } = this;
    this.#read(() => ({ type: 'message', peer, message: decodeLinkMessage(frame) }));
  }

  piece(frame: Uint8Array): void {
    const { peer } = this;
    this.#read(() => {
      const { header, payload } = decodePieceFrame(frame);
      const arrival = this.#parts.arrivals.add(payload);
      if (arrival === undefined) return { type: 'violation', peer };
      return { type: 'piece', peer, ...header, bytes: payload.length, arrival };
    });
  }

  drained(bytes: Bytes): void {
    const pieces = settle(this.#sent, bytes);
    if (pieces > 0) this.#parts.feed({ type: 'drained', peer: this.peer, bytes: pieces });
  }

  signal(payload: string): void {
    this.#parts.relay(this.peer, payload);
  }

  #read(decode: () => PeerInput): void {
    let input: PeerInput;
    try {
      input = decode();
    } catch (thrown) {
      if (!isShoalError(thrown, 'wire/violation')) throw thrown;
      input = { type: 'violation', peer: this.peer };
    }
    this.#parts.feed(input);
  }

  /** Its own events, none of which is heard once it is over. */
  #heard(): LinkEvents {
    const alive =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args): void => {
        if (!this.#over) run(...args);
      };
    return {
      up: alive((rttMs: Ms) => this.up(rttMs)),
      down: alive(() => this.down()),
      control: alive((frame: Uint8Array) => this.control(frame)),
      piece: alive((frame: Uint8Array) => this.piece(frame)),
      drained: alive((bytes: Bytes) => this.drained(bytes)),
      signal: alive((payload: string) => this.signal(payload)),
    };
  }
}

/** Takes `bytes` off the front of what was sent; gives those of pieces whose frames are gone. */
function settle(sent: { frame: number; readonly piece: number }[], bytes: number): number {
  let left = bytes;
  let pieces = 0;
  for (let first = sent[0]; first !== undefined && left > 0; first = sent[0]) {
    const part = Math.min(left, first.frame);
    first.frame -= part;
    left -= part;
    if (first.frame > 0) break;
    pieces += first.piece;
    sent.shift();
  }
  return pieces;
}
