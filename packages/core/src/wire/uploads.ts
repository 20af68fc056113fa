/** `uploads`: the sender may upload from now on, or stops uploading. */
import type { BitsPerSec } from '../units/index.js';
import { flag, measure } from './field.js';
import { type Kind, message } from './message.js';

export interface Uploads {
  readonly type: 'uploads';
  readonly on: boolean;
  /** What the sender can give, 0 when unknown. */
  readonly rate: BitsPerSec;
}

export const uploads: Kind<Uploads> = message(0x09, 'uploads', { on: flag, rate: measure(8) });
