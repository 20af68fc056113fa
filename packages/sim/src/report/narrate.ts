/** A viewer's machine told line by line: what came in, why it woke, what it said. */
import type { PeerInput, PeerOutput } from '@shoal/core/peer';
import type { PartKey, PeerId } from '@shoal/core/units';
import type { FromTracker, LinkMessage } from '@shoal/core/wire';
import type { TraceLine } from '../world/viewer.js';

/** `nameOf` turns an id into the name that the scenario gives the viewer. */
export function narrate(line: TraceLine, nameOf: (peer: PeerId) => string): string {
  const at = `${(line.at / 1000).toFixed(3).padStart(9)}`;
  if (line.kind === 'in') {
    const why = line.why === undefined ? '' : ` (${line.why})`;
    return `${at}  ${inputWords(line.input, nameOf)}${why}`;
  }
  return `${at}      -> ${outputWords(line.output, nameOf)}`;
}

function inputWords(input: PeerInput, nameOf: (peer: PeerId) => string): string {
  switch (input.type) {
    case 'playback': {
      const phase = input.stalled ? 'stalled' : input.playing ? 'playing' : 'starting';
      return `player ${phase}, ${Math.round(input.bufferMs)} ms ahead, next ${partName(input)}`;
    }
    case 'want':
      return `player wants ${partName(input)}`;
    case 'located':
      return `playlist names up to ${input.segments.at(-1)?.sequence}`;
    case 'record':
      return `record ${partName(input.sealed.record)} by HTTP`;
    case 'checked': {
      const verdict = input.ok ? 'good' : 'BAD';
      return `${verdict} ${pieceName(input.key, input.index)} from ${input.from.in}`;
    }
    case 'link-up':
    case 'link-down':
      return `${input.type} ${nameOf(input.peer)}`;
    case 'message':
      return `${nameOf(input.peer)} says ${messageWords(input.message)}`;
    case 'piece':
      return `${nameOf(input.peer)} sends ${pieceName(input.key, input.index)}`;
    case 'drained':
      return `drained ${input.bytes} to ${nameOf(input.peer)}`;
    case 'fetched':
      return `fetch ${input.fetch} has ${input.bytes}`;
    case 'fetch-ended': {
      const how = input.done ? 'done' : 'broken';
      return `fetch ${input.fetch} ${how} at ${input.bytes}, status ${input.status}`;
    }
    case 'tracker':
      return `tracker says ${trackerWords(input.message, nameOf)}`;
    default:
      return input.type;
  }
}

function outputWords(output: PeerOutput, nameOf: (peer: PeerId) => string): string {
  switch (output.type) {
    case 'deliver':
      return `deliver ${output.parts.join()}: ${output.httpBytes} edge, ${output.peerBytes} peers`;
    case 'check':
      return `check ${pieceName(output.key, output.index)} in ${output.from.in}`;
    case 'fetch': {
      const range = `${output.from}-${output.to ?? ''}`;
      return `fetch ${output.fetch}: ${partName(output.key)} ${range} (${output.why})`;
    }
    case 'cancel-fetch':
    case 'release-fetch':
      return `${output.type} ${output.fetch}`;
    case 'send':
      return `say to ${nameOf(output.peer)} ${messageWords(output.message)}`;
    case 'send-piece':
      return `send ${nameOf(output.peer)} ${pieceName(output.key, output.index)}`;
    case 'connect':
      return `connect ${nameOf(output.peer)}${output.offer ? ', offering' : ''}`;
    case 'disconnect':
      return `disconnect ${nameOf(output.peer)}`;
    case 'tracker-send':
      return `tell the tracker ${output.message.type}`;
    case 'recorded':
      return `recorded ${partName(output.sealed.record)}`;
    case 'event':
      return `event ${output.event.type}`;
    case 'evict':
      return `evict ${output.part}`;
    case 'fetch-records':
      return `fetch records since ${output.since}`;
    default:
      return output.type;
  }
}

function messageWords(message: LinkMessage): string {
  switch (message.type) {
    case 'have': {
      const bits = message.bits === 'all' ? 'all' : bitsOf(message.bits).join();
      return `have ${partName(message.key)}: ${bits}`;
    }
    case 'ask':
    case 'cancel':
      return `${message.type} ${partName(message.key)}: ${message.pieces.join()}`;
    case 'refuse':
      return `refuse ${partName(message.key)}: ${message.pieces.join()} ${message.why}`;
    case 'record':
      return `record ${partName(message.sealed.record)}`;
    case 'record-ask':
      return `record-ask ${partName(message.key)}`;
    case 'holdings':
      return `holdings ${message.runs.map(({ from, count }) => `${from}+${count}`).join()}`;
    default:
      return message.type;
  }
}

function trackerWords(message: FromTracker, nameOf: (peer: PeerId) => string): string {
  switch (message.type) {
    case 'introduce':
      return `introduce ${nameOf(message.peer)}${message.offer ? ', offer' : ''}`;
    case 'plan': {
      const roots = message.trees.filter(({ parent }) => parent === undefined).length;
      return `plan ${message.version}: root of ${roots} of ${message.trees.length}`;
    }
    case 'announce':
      return `announce ${partName(message.sealed.record)}`;
    case 'claimed':
      return `claimed ${message.owners.map((o) => `${o.sequence}:${nameOf(o.peer)}`).join(' ')}`;
    case 'gone':
      return `gone ${nameOf(message.peer)}${message.banned ? ', banned' : ''}`;
    case 'refused':
      return `refused ${message.why}`;
    default:
      return message.type;
  }
}

function pieceName(key: PartKey, index: number): string {
  return `${partName(key)}#${index}`;
}

/** Part 0 goes without a number: most streams have no other. */
function partName({
  sequence,
  part = 0,
}: Pick<PartKey, 'sequence'> & { part?: number | undefined }): string {
  return part === 0 ? `${sequence}` : `${sequence}.${part}`;
}

function bitsOf(bits: Uint8Array): number[] {
  const set: number[] = [];
  bits.forEach((byte, at) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) set.push(8 * at + bit);
  });
  return set;
}
