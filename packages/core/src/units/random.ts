/**
 * A small seeded generator (xoshiro128**, Blackman and Vigna 2018): repeatable dice, never for
 * secrets.
 */

export interface Dice {
  /** Uniform in [0, 1). */
  next(): number;
}

export interface Random extends Dice {
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A copy of `items` in random order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** The generator alone, which is all that a page loads. */
export function createDice(seed: number): Dice {
  const state = scramble(seed);
  return { next: () => step(state) / 4_294_967_296 };
}

export function createRandom(seed: number): Random {
  const { next } = createDice(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  const shuffled = <T>(items: readonly T[]): T[] => {
    const out = items.slice();
    for (let i = out.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  };
  return { next, below, shuffled };
}

function step(s: Uint32Array): number {
  const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  const shifted = b << 9;
  const c1 = c ^ a;
  const d1 = d ^ b;
  s[1] = b ^ c1;
  s[0] = a ^ d1;
  s[2] = c1 ^ shifted;
  s[3] = rotate(d1, 11);
  return result;
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** Spreads a seed over the state (SplitMix32), which must not be all zero. */
function scramble(seed: number): Uint32Array {
  const out = new Uint32Array(4);
  let z = seed >>> 0;
  for (let i = 0; i < 4; i++) {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    out[i] = t ^ (t >>> 15);
  }
  return out;
}
