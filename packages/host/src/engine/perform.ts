/** Performs what a peer machine says: the only place where its outputs touch the world. */
import type { PeerInput, PeerOutput } from '@shoal/core/peer';
import { partId } from '@shoal/core/units';
import type { SealedRecord } from '@shoal/core/wire';
import { check, verify } from './checking.js';
import { deliver, deliverPlain } from './delivering.js';
import { startFetch } from './fetching.js';
import { emit, type World } from './world.js';

export function createPerformer(
  world: World,
  feed: (input: PeerInput) => void,
): (output: PeerOutput) => void {
  return (output) => {
    switch (output.type) {
      case 'deliver':
        return deliver(world, output);
      case 'deliver-plain':
        return deliverPlain(world, output);
      case 'fail':
        return world.wants.take(output.request)?.sink.failed(output.status);
      case 'verify':
        return verify(world, feed, output);
      case 'check':
        return check(world, feed, output);
      case 'discard':
        return void world.links.take(output.arrival);
      case 'evict':
        return world.pieces.evict(output.part);
      case 'recorded':
        return recorded(world, output.sealed);
      case 'connect':
        return world.links.open(output.peer, output.offer);
      case 'disconnect':
        return world.links.close(output.peer);
      case 'send':
        return world.links.send(output.peer, output.message);
      case 'send-piece':
        return sendPiece(world, output);
      case 'fetch':
        return startFetch(world, feed, output);
      case 'cancel-fetch':
        return world.fetches.cancel(output.fetch);
      case 'release-fetch':
        return world.fetches.release(output.fetch);
      case 'fetch-records':
        return world.recordFetch.get(output.rendition, output.since);
      case 'tracker-open':
        return world.tracker.open();
      case 'tracker-close':
        return world.tracker.close();
      case 'tracker-send':
        return world.tracker.send(output.message);
      case 'event':
        return emit(world, output.event);
      default:
        return unknown(output);
    }
  };
}

/** A piece that was evicted since it was planned is not sent; the peer asks elsewhere. */
function sendPiece(world: World, output: Extract<PeerOutput, { type: 'send-piece' }>): void {
  const bytes = world.pieces.get(partId(output.key), output.index);
  if (bytes) world.links.sendPiece(output.peer, output, bytes);
}

function recorded(world: World, sealed: SealedRecord): void {
  world.records.add(sealed);
  const { rendition, sequence } = sealed.record;
  world.emitter.emit('recorded', { rendition, sequence });
}

function unknown(output: never): never {
  throw new TypeError(`no such output: ${JSON.stringify(output)}`);
}
