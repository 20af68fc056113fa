/** What every implementation of hashing and signature checks must do. */
import type { Crypto } from '../ports/crypto.js';
import { type ContractCase, expect, expectEqual, pattern } from './contract-case.js';

export interface CryptoFixture {
  readonly crypto: Crypto;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export const cryptoContract: readonly ContractCase<CryptoFixture>[] = [
  {
    name: 'hashes to 32 bytes that every change of the input changes',
    async run({ crypto }) {
      const input = pattern(16_384);
      const first = await crypto.digest(input);
      expectEqual(first.length, 32, 'length');
      expectEqual((await crypto.digest(input.slice())).join(), first.join(), 'the same again');
      for (const at of [0, 8000, 16_383]) {
        const changed = input.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect((await crypto.digest(changed)).join() !== first.join(), `a change at ${at}`);
      }
      expectEqual((await crypto.digest(new Uint8Array())).length, 32, 'of nothing');
    },
  },
  {
    name: 'accepts a signature, and nothing like it',
    async run({ crypto, publicKey, sign }) {
      const bytes = pattern(300);
      const signature = await sign(bytes);
      expectEqual(await crypto.verify(publicKey, signature, bytes), true, 'the right one');
      const flip = (of: Uint8Array): Uint8Array => of.map((byte, i) => (i === 5 ? byte ^ 4 : byte));
      expectEqual(
        await crypto.verify(publicKey, flip(signature), bytes),
        false,
        'another signature',
      );
      expectEqual(await crypto.verify(publicKey, signature, flip(bytes)), false, 'other bytes');
      expectEqual(await crypto.verify(flip(publicKey), signature, bytes), false, 'another key');
      expectEqual(await crypto.verify(publicKey, signature.slice(1), bytes), false, 'a short one');
      expectEqual(await crypto.verify(publicKey.slice(1), signature, bytes), false, 'a short key');
    },
  },
];
