/** The memory twins keep the contracts of their ports. */
import { describe, it } from 'vitest';
import {
  clockContract,
  cryptoContract,
  edgeBody,
  edgeContract,
  linksContract,
  trackerContract,
} from '../contract/index.js';
import {
  createMemoryClock,
  createMemoryCrypto,
  createMemoryEdge,
  createMemoryNetwork,
  createMemorySockets,
} from './index.js';

describe('memory clock', () => {
  for (const { name, run } of clockContract) {
    it(name, () => {
      const clock = createMemoryClock();
      return run({ clock, wait: clock.advance });
    });
  }
});

describe('memory crypto', () => {
  for (const { name, run } of cryptoContract) {
    it(name, () => {
      const crypto = createMemoryCrypto();
      const publicKey = new Uint8Array(32).fill(7);
      return run({ crypto, publicKey, sign: async (bytes) => crypto.sign(publicKey, bytes) });
    });
  }
});

describe('memory edge', () => {
  for (const { name, run } of edgeContract) {
    it(name, () => {
      const clock = createMemoryClock();
      const edge = createMemoryEdge({ clock });
      edge.put('memory:body', edgeBody);
      return run({ edge, url: 'memory:body', urlMissing: 'memory:none', wait: clock.advance });
    });
  }
});

describe('memory links', () => {
  for (const { name, run } of linksContract) {
    it(name, () => {
      const clock = createMemoryClock();
      const network = createMemoryNetwork({ clock });
      return run({ a: network.join(), b: network.join(), wait: clock.advance });
    });
  }
});

describe('memory tracker sockets', () => {
  for (const { name, run } of trackerContract) {
    it(name, () => {
      const clock = createMemoryClock();
      const sockets = createMemorySockets({
        clock,
        accept: (url, caller) =>
          url !== 'memory:echo'
            ? undefined
            : {
                message: (frame) =>
                  frame.length === 1 && frame[0] === 0 ? caller.close() : caller.send(frame),
                closed() {},
              },
      });
      return run({
        sockets,
        url: 'memory:echo',
        urlUnreachable: 'memory:none',
        wait: clock.advance,
      });
    });
  }
});
