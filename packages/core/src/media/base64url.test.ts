import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.js';

describe('base64url', () => {
  it('matches the vectors of RFC 4648 section 10', () => {
    const vectors = { '': '', f: 'Zg', fo: 'Zm8', foo: 'Zm9v', foob: 'Zm9vYg', foobar: 'Zm9vYmFy' };
    for (const [text, encoded] of Object.entries(vectors)) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      expect(toBase64Url(bytes)).toBe(encoded);
      expect(fromBase64Url(encoded)).toEqual(bytes);
    }
  });

  it('uses the URL alphabet and forgives padding', () => {
    expect(toBase64Url(Uint8Array.of(0xfb, 0xff))).toBe('-_8');
    expect(fromBase64Url('-_8=')).toEqual(Uint8Array.of(0xfb, 0xff));
  });

  it('refuses other letters, impossible lengths and stray bits', () => {
    for (const text of ['+/8', 'a', 'abcde', 'Zh', 'Zm9=v', ' Zg', 'Zg===', 'é']) {
      expect(fromBase64Url(text), text).toBeUndefined();
    }
  });

  it('reads back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
