/** Every code with the sentence a user reads. `room/what` names who detects it. */

export const CODES = {
  'wire/violation': 'a message broke the wire rules',
  'wire/version': 'the other side speaks no version in common',
  'integrity/record': 'a record is malformed',
  'integrity/signature': 'a record is not signed by the stream key',
  'integrity/piece': 'a piece does not match its record',
  'media/not-hls': 'this is not an HLS playlist',
  'media/playlist': 'the playlist breaks the rules of HLS',
  'media/box': 'the media file has a malformed box',
  'peer/gone': 'the peer closed the link',
  'peer/silent': 'the peer stopped sending',
  'peer/banned': 'the peer is banned from the swarm',
  'edge/unreachable': 'the edge could not be reached',
  'edge/status': 'the edge answered with an error',
  'edge/short': 'the edge closed the body too early',
  'tracker/refused': 'the tracker refused to admit this peer',
  'tracker/unreachable': 'the tracker could not be reached',
  'tracker/limit': 'a limit of the tracker was exceeded',
  'sim/scenario': 'the scenario cannot be run',
  'server/config': 'the command line or configuration is wrong',
  'server/port': 'the port is already in use',
  'server/source': 'the source could not be read',
  'server/upstream': 'the upstream could not be fetched',
} as const;

export type Code = keyof typeof CODES;
