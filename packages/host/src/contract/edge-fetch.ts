/** What every implementation of edge fetches must do. */
import type { EdgeFetch, EdgeRequest } from '../ports/edge-fetch.js';
import { type ContractCase, expectEqual, pattern, until } from './contract-case.js';

export interface EdgeFixture {
  readonly edge: EdgeFetch;
  /** A resource that holds `edgeBody`, and answers ranges. */
  readonly url: string;
  /** The same resource at a server that answers every range with the whole of it. */
  readonly urlWithoutRanges?: string;
  readonly urlMissing: string;
  /** Nobody listens there. */
  readonly urlUnreachable?: string;
  wait(ms: number): Promise<void>;
}

export const edgeBody: Uint8Array = pattern(200_000);

export const edgeContract: readonly ContractCase<EdgeFixture>[] = [
  {
    name: 'brings a whole body',
    run: (fixture) =>
      expectBody(fixture, { url: fixture.url, from: 0, to: undefined }, [0, 200_000]),
  },
  {
    name: 'brings a range, and no more',
    run: (fixture) =>
      expectBody(fixture, { url: fixture.url, from: 16_384, to: 50_000 }, [16_384, 50_000]),
  },
  {
    name: 'brings the rest of a body, past every cache',
    run: (fixture) =>
      expectBody(
        fixture,
        { url: fixture.url, from: 190_000, to: undefined, fresh: true },
        [190_000, 200_000],
      ),
  },
  {
    name: 'cuts a range out of a whole answer',
    async run(fixture) {
      const url = fixture.urlWithoutRanges;
      if (url !== undefined)
        await expectBody(fixture, { url, from: 70_000, to: 70_001 }, [70_000, 70_001]);
    },
  },
  {
    name: 'says when a range is not all there',
    async run(fixture) {
      const { end } = await get(fixture, { url: fixture.url, from: 199_000, to: 300_000 });
      expectEqual(end.done, false, 'done');
    },
  },
  {
    name: 'tells the status of a refusal, and 0 of no answer',
    async run(fixture) {
      const missing = await get(fixture, { url: fixture.urlMissing, from: 0, to: undefined });
      expectEqual(
        [missing.end, missing.bytes.length],
        [{ done: false, status: 404 }, 0],
        'missing',
      );
      if (fixture.urlUnreachable === undefined) return;
      const none = await get(fixture, { url: fixture.urlUnreachable, from: 0, to: 10 });
      expectEqual(none.end, { done: false, status: 0 }, 'unreachable');
    },
  },
  {
    name: 'calls nothing after an abort',
    async run(fixture) {
      let calls = 0;
      const count = (): void => void calls++;
      const request = { url: fixture.url, from: 0, to: undefined, fresh: false };
      const abort = fixture.edge.get(request, { onBytes: count, onEnd: count });
      abort();
      await fixture.wait(200);
      expectEqual(calls, 0, 'calls');
    },
  },
];

async function get(
  fixture: EdgeFixture,
  request: Omit<EdgeRequest, 'fresh'> & { fresh?: boolean },
) {
  const bytes: number[] = [];
  const ends: { readonly done: boolean; readonly status: number }[] = [];
  fixture.edge.get(
    { fresh: false, ...request },
    {
      onBytes: (chunk) => {
        for (const byte of chunk) bytes.push(byte);
      },
      onEnd: ({ done, status }) => void ends.push({ done, status }),
    },
  );
  await until(fixture.wait, () => ends.length > 0, 'the fetch ends');
  await fixture.wait(20);
  expectEqual(ends.length, 1, 'ends');
  return { bytes, end: ends[0] ?? { done: false, status: -1 } };
}

async function expectBody(
  fixture: EdgeFixture,
  request: Omit<EdgeRequest, 'fresh'> & { fresh?: boolean },
  [from, to]: readonly [number, number],
): Promise<void> {
  const { bytes, end } = await get(fixture, request);
  expectEqual(end.done, true, 'done');
  expectEqual(bytes.length, to - from, 'length');
  expectEqual(
    bytes.join() === edgeBody.subarray(from, to).join(),
    true,
    'the bytes are those of the range',
  );
}
