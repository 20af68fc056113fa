/** What two linked peers say to each other on the control channel. */
import { type Ask, ask } from './ask.js';
import { type Bye, bye } from './bye.js';
import { type Cancel, cancel } from './cancel.js';
import { decode, encode } from './field.js';
import { type Have, have } from './have.js';
import { type Hello, hello } from './hello.js';
import { type Holdings, holdings } from './holdings.js';
import { LIMITS } from './limits.js';
import { anyOf } from './message.js';
import { type RecordAsk, recordAsk } from './record-ask.js';
import { type RecordMessage, recordMessage } from './record-message.js';
import { type Refuse, refuse } from './refuse.js';
import { type Uploads, uploads } from './uploads.js';

export type LinkMessage =
  | Hello
  | RecordMessage
  | RecordAsk
  | Have
  | Holdings
  | Ask
  | Cancel
  | Refuse
  | Uploads
  | Bye;

const linkMessage = anyOf<LinkMessage>(
  hello,
  recordMessage,
  recordAsk,
  have,
  holdings,
  ask,
  cancel,
  refuse,
  uploads,
  bye,
);

/** Throws `InvariantError` when the message breaks the wire rules: that is a bug of the caller. */
export function encodeLinkMessage(message: LinkMessage): Uint8Array<ArrayBuffer> {
  return encode(linkMessage, message);
}

/** Throws `wire/violation`, and nothing else, when `bytes` are no message. */
export function decodeLinkMessage(bytes: Uint8Array): LinkMessage {
  return decode(linkMessage, bytes, LIMITS.frameBytes);
}
