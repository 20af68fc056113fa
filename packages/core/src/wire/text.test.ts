import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesText, hex, textBytes } from './text.js';

const seed = Number(process.env.FUZZ_SEED ?? 1);

describe('textBytes', () => {
  it('agrees with the platform on every well-formed text (WIR3)', () => {
    const text = fc.string({ unit: 'binary', maxLength: 50 });
    fc.assert(
      fc.property(text, (value) => {
        expect(textBytes(value)).toStrictEqual(new TextEncoder().encode(value));
      }),
      { seed },
    );
  });

  it('keeps percent signs, nulls and byte order marks', () => {
    const odd = '%41 100% \0 \ufeff';
    expect(textBytes(odd)).toStrictEqual(new TextEncoder().encode(odd));
    expect(bytesText(textBytes(odd)!)).toBe(odd);
  });

  it.each(['\ud800', 'a\udc00b', '\udc00\ud800'])('refuses lone surrogates', (text) => {
    expect(textBytes(text)).toBeUndefined();
  });
});

describe('bytesText', () => {
  it('agrees with a strict platform decoder on arbitrary bytes (WIR3)', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const platform = (bytes: Uint8Array): string | undefined => {
      try {
        return strict.decode(bytes);
      } catch {
        return undefined;
      }
    };
    const likely = fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0xf4);
    const bytes = fc.array(fc.oneof(likely, fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(bytes, (array) => {
        const input = Uint8Array.from(array);
        expect(bytesText(input)).toBe(platform(input));
      }),
      { seed, numRuns: 2000 },
    );
  });

  it.each([
    ['overlong', [0xc0, 0x80]],
    ['overlong of three', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80]],
    ['a stray continuation', [0x80]],
    ['cut short', [0xe2, 0x82]],
  ])('refuses %s', (_name, bytes) => {
    expect(bytesText(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('hex', () => {
  it('gives two lower-case digits a byte', () => {
    expect(hex(Uint8Array.of(0, 10, 255))).toBe('000aff');
    expect(hex(Uint8Array.of(0, 255), '%')).toBe('%00%ff');
  });
});
