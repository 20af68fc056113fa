/** The identity of a part: twelve bytes. */
import type { PartKey } from '../units/index.js';
import { type Field, struct, u16, u53 } from './field.js';

export const partKeyField: Field<PartKey> = struct<PartKey>({
  rendition: u16,
  sequence: u53,
  part: u16,
});
