/** Session descriptions of a link with one data association, reduced to what varies. */

export interface Description {
  readonly kind: 'offer' | 'answer';
  /** `actpass` of an offer; `active` or `passive` of an answer. */
  readonly setup: string;
  readonly ufrag: string;
  readonly pwd: string;
  /** SHA-256 of the certificate: 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
}

/**
 * Reads the session description that a WebRTC stack wrote. `undefined`: it lacks what a link needs.
 */
export function reduceSdp(kind: 'offer' | 'answer', sdp: string): Description | undefined {
  const value = (name: string): string =>
    new RegExp(`^a=${name}:(.*?)\\s*$`, 'm').exec(sdp)?.[1] ?? '';
  const fingerprint = value('fingerprint')
    .toLowerCase()
    .replace(/^sha-256 /, '');
  const [setup, ufrag, pwd] = [value('setup'), value('ice-ufrag'), value('ice-pwd')];
  const digits = fingerprint.replaceAll(':', '');
  return decodeDescription(encodeDescription({ kind, setup, ufrag, pwd, fingerprint: digits }));
}

/**
 * Writes the session description back, from fields that were checked: nothing of the other side's
 * text is in it.
 */
export function rebuildSdp(description: Description): string {
  const { setup, ufrag, pwd, fingerprint } = description;
  const pairs = fingerprint.toUpperCase().match(/../g) ?? [];
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${pairs.join(':')}`,
    `a=setup:${setup}`,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
}

export function encodeDescription(description: Description): string {
  const { kind, setup, ufrag, pwd, fingerprint } = description;
  return `${kind === 'offer' ? 'o' : 'a'} ${setup} ${ufrag} ${pwd} ${fingerprint}`;
}

/** `undefined`: not a description. Hostile text ends here. */
export function decodeDescription(line: string): Description | undefined {
  const found = LINE.exec(line);
  if (found === null) return undefined;
  const [, setup = '', ufrag = '', pwd = '', fingerprint = ''] = found;
  return { kind: line[0] === 'o' ? 'offer' : 'answer', setup, ufrag, pwd, fingerprint };
}

/** RFC 8839 section 5.4 names the alphabet and the least lengths; stacks stay far under 64. */
const LINE =
  /^(?:o(?= actp)|a(?! actp)) (actpass|active|passive) ([A-Za-z0-9+/]{4,64}) ([A-Za-z0-9+/]{22,64}) ([0-9a-f]{64})$/;
