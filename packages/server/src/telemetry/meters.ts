/** Counters of one process, in Prometheus form; each role says what it did by name. */
import { Counter, Gauge, Registry } from 'prom-client';

/** What bytes sent to viewers are. */
export type ByteKind = 'media' | 'playlist' | 'record' | 'page';

/** What happened to a request for an object of the edge. */
export type CacheResult = 'hit' | 'join' | 'fill' | 'refuse';

export interface Totals {
  readonly sentBytes: Readonly<Record<ByteKind, number>>;
  readonly cache: Readonly<Record<CacheResult, number>>;
  readonly upstreamFetches: number;
  readonly upstreamBytes: number;
  readonly signerBytes: number;
  readonly recordsSigned: number;
}

export interface Meters {
  requested(route: string): void;
  sent(kind: ByteKind, bytes: number): void;
  cached(result: CacheResult): void;
  /** One fetch from an upstream began. */
  fetched(what: 'playlist' | 'media'): void;
  /** Bytes that an upstream gave the edge. */
  received(bytes: number): void;
  /** Bytes that the signer alone took from an upstream: its extra copy. */
  signerRead(bytes: number): void;
  signed(): void;
  failed(what: string): void;
  /** A figure read when the metrics are asked for. */
  gauge(name: string, help: string, read: () => number): void;
  /** Where a role keeps metrics of its own. */
  readonly registry: Registry;
  totals(): Totals;
  /** The Prometheus text. */
  text(): Promise<string>;
}

export function createMeters(): Meters {
  const registry = new Registry();
  const totals = zeros();
  const count = counters(registry);
  return {
    requested: (route) => count.requests.inc({ route }),
    sent: (kind, bytes) => {
      totals.sentBytes[kind] += bytes;
      count.sent.inc({ kind }, bytes);
    },
    cached: (result) => {
      totals.cache[result] += 1;
      count.cache.inc({ result });
    },
    fetched: (what) => {
      if (what === 'media') totals.upstreamFetches += 1;
      count.fetches.inc({ what });
    },
    received: (bytes) => {
      totals.upstreamBytes += bytes;
      count.received.inc(bytes);
    },
    signerRead: (bytes) => {
      totals.signerBytes += bytes;
      count.signer.inc(bytes);
    },
    signed: () => {
      totals.recordsSigned += 1;
      count.signed.inc();
    },
    failed: (what) => count.failures.inc({ what }),
    gauge: (name, help, read) => addGauge(registry, name, help, read),
    registry,
    totals: () => structuredClone(totals),
    text: () => registry.metrics(),
  };
}

function zeros() {
  return {
    sentBytes: { media: 0, playlist: 0, record: 0, page: 0 },
    cache: { hit: 0, join: 0, fill: 0, refuse: 0 },
    upstreamFetches: 0,
    upstreamBytes: 0,
    signerBytes: 0,
    recordsSigned: 0,
  };
}

function counters(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name: `shoal_${name}_total`, help, labelNames, registers: [registry] });
  return {
    requests: counter('http_requests', 'HTTP requests by route', 'route'),
    sent: counter('sent_bytes', 'Body bytes sent over HTTP by kind', 'kind'),
    cache: counter('edge_requests', 'Requests for media objects by cache result', 'result'),
    fetches: counter('upstream_fetches', 'Fetches from the upstream', 'what'),
    received: counter('upstream_bytes', 'Media bytes received from the upstream by the edge'),
    signer: counter('signer_bytes', 'Media bytes received from the upstream for signing alone'),
    signed: counter('records_signed', 'Records signed'),
    failures: counter('failures', 'What went wrong outside', 'what'),
  };
}

function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name: `shoal_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
