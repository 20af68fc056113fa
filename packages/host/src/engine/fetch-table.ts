/** The fetches of a machine, by its numbers for them. */
import type { FetchId } from '@shoal/core/peer';
import type { Bytes } from '@shoal/core/units';
import type { EdgeRequest } from '../ports/edge-fetch.js';
import { type FetchPace, Transfer, type TransferEvents, type TransferParts } from './transfer.js';

export interface FetchTable {
  start(fetch: FetchId, request: EdgeRequest, urgent: boolean, events: TransferEvents): void;
  /** Stops the transfer; what came stays until released. */
  cancel(fetch: FetchId): void;
  release(fetch: FetchId): void;
  slice(fetch: FetchId, offset: Bytes, length: Bytes): Uint8Array<ArrayBuffer> | undefined;
  /** Undefined before the first byte. */
  pace(fetch: FetchId): FetchPace | undefined;
  /** All that came. */
  whole(fetch: FetchId): Uint8Array<ArrayBuffer> | undefined;
  clear(): void;
}

export function createFetchTable(parts: TransferParts): FetchTable {
  const transfers = new Map<FetchId, Transfer>();
  const bufferOf = (fetch: FetchId) => transfers.get(fetch)?.buffer;
  const release = (fetch: FetchId): void => {
    transfers.get(fetch)?.stop();
    transfers.delete(fetch);
  };
  return {
    start(fetch, request, urgent, events) {
      transfers.set(fetch, new Transfer(parts, request, urgent, events));
    },
    cancel: (fetch) => transfers.get(fetch)?.stop(),
    release,
    slice: (fetch, offset, length) => bufferOf(fetch)?.slice(offset, length),
    pace: (fetch) => transfers.get(fetch)?.pace,
    whole: (fetch) => bufferOf(fetch)?.slice(0, bufferOf(fetch)?.length() ?? 0),
    clear: () => [...transfers.keys()].forEach(release),
  };
}
