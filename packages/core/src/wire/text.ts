/**
 * Strict UTF-8 both ways, by the language's own URI functions: they refuse overlong forms and lone
 * surrogates.
 */

/** The bytes of `text`, or undefined when it holds a lone surrogate. */
export function textBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const spelt = encodeURIComponent(text).match(/%..|./g) ?? [];
    return Uint8Array.from(spelt, (byte) =>
      byte.length > 1 ? Number.parseInt(byte.slice(1), 16) : byte.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

/** The text that `bytes` spell, or undefined when they are not UTF-8. */
export function bytesText(bytes: Uint8Array): string | undefined {
  try {
    return decodeURIComponent(hex(bytes, '%'));
  } catch {
    return undefined;
  }
}

/** Lower-case hexadecimal digits, with `before` in front of each byte. */
export function hex(bytes: Uint8Array, before = ''): string {
  let digits = '';
  for (const byte of bytes) digits += before + byte.toString(16).padStart(2, '0');
  return digits;
}
