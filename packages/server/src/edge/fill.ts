/** One fetch of one object from its source, and everybody who is fed from it while it arrives. */
import { type CacheConfig, statusForViewer } from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import type { Opened } from '../source/source.js';

/** Opens the object at its source. */
export type OpenObject = (signal: AbortSignal) => Promise<Opened>;

/** Why an object did not come. */
export interface FillFailure {
  /** What a viewer is told. */
  readonly status: number;
  readonly error: Error;
}

export interface Fill {
  readonly chunks: readonly Buffer[];
  readonly received: number;
  /** Known once the source has said so, or all has come. */
  readonly length: number | undefined;
  readonly status: 'flowing' | 'full' | 'failed';
  readonly failure: FillFailure | undefined;
  /** Calls `more` at every change until its undo is called. */
  watch(more: () => void): () => void;
}

export interface FillParts {
  readonly open: OpenObject;
  readonly config: CacheConfig;
  /** Waits for a place among the fetches that may run at a time. */
  readonly turn: (work: () => Promise<void>) => Promise<void>;
  /** Counts what comes. */
  readonly onBytes: (bytes: number) => void;
  /** Called exactly once, before the watchers hear of the end. */
  readonly onEnd: (fill: Fill) => void;
}

export function startFill(parts: FillParts): Fill {
  const fill = new Filling(parts.onEnd);
  void parts
    .turn(() => pour(parts, fill))
    .then(
      () => fill.finish(),
      (error: unknown) => fill.fail(failureOf(error)),
    );
  return fill;
}

class Filling implements Fill {
  readonly chunks: Buffer[] = [];
  received = 0;
  length: number | undefined;
  status: Fill['status'] = 'flowing';
  failure: FillFailure | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #onEnd: (fill: Fill) => void;

  constructor(onEnd: (fill: Fill) => void) {
    this.#onEnd = onEnd;
  }

  watch(more: () => void): () => void {
    this.#watchers.add(more);
    return () => void this.#watchers.delete(more);
  }

  opened(length: number | undefined): void {
    this.length = length;
    this.#tell();
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    this.#tell();
  }

  finish(): void {
    this.length = this.received;
    this.status = 'full';
    this.#onEnd(this);
    this.#tell();
  }

  fail(failure: FillFailure): void {
    this.failure = failure;
    this.status = 'failed';
    this.#onEnd(this);
    this.#tell();
  }

  #tell(): void {
    for (const more of [...this.#watchers]) more();
  }
}

async function pour({ open, config, onBytes }: FillParts, fill: Filling): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), config.silenceMsMax);
  try {
    const opened = await open(silence.signal);
    if (opened.status !== 200) throw new StatusError(opened.status);
    const announced = opened.length;
    if ((announced ?? 0) > config.objectBytesMax) throw tooLarge();
    fill.opened(announced);
    for await (const chunk of opened.body) {
      timer.refresh();
      if (fill.received + chunk.length > config.objectBytesMax) throw tooLarge();
      onBytes(chunk.length);
      fill.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    if (announced !== undefined && announced !== fill.received) throw new ShoalError('edge/short');
  } catch (error) {
    if (silence.signal.aborted) throw new ShoalError('edge/unreachable', 'it fell silent', error);
    throw error;
  } finally {
    clearTimeout(timer);
    // Whatever went wrong, the source must not keep sending into nothing.
    if (fill.length !== fill.received) silence.abort();
  }
}

/** The source answered, but not with the object. */
class StatusError extends ShoalError {
  readonly upstream: number;

  constructor(upstream: number) {
    super('edge/status', `HTTP ${upstream}`);
    this.upstream = upstream;
  }
}

function tooLarge(): ShoalError {
  return new ShoalError('server/upstream', 'an object is larger than the edge takes');
}

function failureOf(error: unknown): FillFailure {
  const upstream = error instanceof StatusError ? error.upstream : 0;
  const known = error instanceof Error ? error : new Error(String(error));
  const reached = error instanceof ShoalError && error.code !== 'edge/unreachable';
  return { status: reached && upstream === 0 ? 502 : statusForViewer(upstream), error: known };
}
