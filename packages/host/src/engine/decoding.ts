/** Decodes what strangers sent. */
import { isShoalError } from '@shoal/core/errors';

/** `undefined`: the bytes break the rules of the wire. Anything else that is thrown is a bug. */
export function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (thrown) {
    if (isShoalError(thrown)) return undefined;
    throw thrown;
  }
}
