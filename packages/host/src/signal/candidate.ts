/** ICE candidates, reduced to what varies: one line of text each. */
import { addressKind } from './address.js';

export interface Candidate {
  readonly foundation: string;
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly kind: 'host' | 'srflx' | 'relay';
}

/** Candidates one link accepts from the other side; a browser at home gathers about six. */
export const CANDIDATES_MAX = 16;

/** `undefined` for what is not UDP, not component 1, not of a known kind, or malformed. */
export function parseCandidate(attribute: string): Candidate | undefined {
  const found = ATTRIBUTE.exec(attribute);
  return found === null ? undefined : decodeCandidate(['c', ...found.slice(1)].join(' '));
}

export function candidateAttribute(candidate: Candidate): string {
  const { foundation, priority, address, port, kind } = candidate;
  const related = kind === 'host' ? '' : ' raddr 0.0.0.0 rport 0';
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${kind}${related}`;
}

export function encodeCandidate(candidate: Candidate): string {
  const { foundation, priority, address, port, kind } = candidate;
  return `c ${foundation} ${priority} ${address} ${port} ${kind}`;
}

export function decodeCandidate(line: string): Candidate | undefined {
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, foundation = '', priorityText, address = '', portText, kind] = found;
  const priority = Number(priorityText);
  const port = Number(portText);
  if (priority > 0xffffffff || port < PORT_MIN || port > 65_535) return undefined;
  if (addressKind(address) === 'unfit') return undefined;
  return { foundation, priority, address, port, kind: kind as Candidate['kind'] };
}

/** Whether packets may be sent there on a stranger's word. */
export function isAcceptable(candidate: Candidate, privateAddresses: boolean): boolean {
  const kind = addressKind(candidate.address);
  return kind === 'public' || kind === 'mdns' || (kind === 'private' && privateAddresses);
}

/** Under 1024 are services, never a peer's own port: nobody's DNS server gets our packets. */
const PORT_MIN = 1024;

/** Only what names the five fields; what they may be is the line's affair. */
const ATTRIBUTE = /^(?:a=)?candidate:(\S+) 1 udp (\S+) (\S+) (\S+) typ (\S+)/i;

const LINE = /^c ([\w+/-]{1,32}) (\d{1,10}) ([\w.:-]{2,64}) (\d{1,5}) (host|srflx|relay)$/;
