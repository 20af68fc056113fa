/** Counts what the origin sent: by kind, by client, by segment, and apart for the signer. */

export class Counters {
  constructor() {
    this.clients = {};
    this.segments = {};
    this.log = [];
  }

  /**
   * Opens the account of one answer: `{ sent(bytes), ended(status) }`. Bytes count as the socket
   * takes them, so an answer that is cut, or still going out when the run ends, counts what it
   * sent.
   */
  begin({ client, kind, key, size, range, startedMs }) {
    const counts = this.#client(client)[kind];
    counts.requests += 1;
    const segment = key === undefined ? undefined : this.#segment(key, size);
    const line = { client, key, range, bytes: 0, startedMs };
    if (kind === 'media') this.log.push(line);
    return {
      sent: (bytes) => {
        counts.bytes += bytes;
        line.bytes += bytes;
        if (segment) segment[ledger(client)] += bytes;
      },
      ended: (status) => Object.assign(line, { status, endedMs: Date.now() }),
    };
  }

  /** Drops what was counted for a client; later counts start at zero. */
  forget(client) {
    delete this.clients[client];
    this.log = this.log.filter((line) => line.client !== client);
  }

  #client(client) {
    this.clients[client] ??= {
      media: { requests: 0, bytes: 0 },
      playlist: { requests: 0, bytes: 0 },
      other: { requests: 0, bytes: 0 },
    };
    return this.clients[client];
  }

  #segment(key, size) {
    this.segments[key] ??= { size, viewers: 0, signer: 0, other: 0 };
    return this.segments[key];
  }

  snapshot() {
    return { clients: this.clients, segments: this.segments, log: this.log };
  }
}

/**
 * Who asks: `v3` (the bench marks its viewers' User-Agent), `signer` (Shoal's own fetches), or
 * `other`.
 */
export function clientOf(userAgent = '') {
  const viewer = /bench-viewer\/(\d+)/.exec(userAgent);
  if (viewer) return `v${viewer[1]}`;
  return /^shoal/i.test(userAgent) ? 'signer' : 'other';
}

const ledger = (client) => (/^v\d+$/.test(client) ? 'viewers' : client);
