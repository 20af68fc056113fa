/** One fetch of one object from its source, and everybody who is fed from it while it arrives. */
import { type CacheConfig, statusForViewer } from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import type { Opened } from '../source/source.js';
import type { ByteBudget } from './budget.js';
import { type Reader, Window } from './window.js';

/** Opens the object at its source. */
export type OpenObject = (signal: AbortSignal) => Promise<Opened>;

/** Why an object did not come. */
export interface FillFailure {
  /** What a viewer is told. */
  readonly status: number;
  readonly error: Error;
}

export interface Fill {
  /** What is in memory of it: all that came, unless it passes through. */
  readonly chunks: readonly Buffer[];
  readonly received: number;
  /** Whether the source has begun to give it. */
  readonly opened: boolean;
  /** Known once the source has said so, or all has come. */
  readonly length: number | undefined;
  readonly status: 'flowing' | 'full' | 'failed';
  readonly failure: FillFailure | undefined;
  /** Too large to hold: bytes go as they come, at the pace of its slowest reader. */
  readonly passing: boolean;
  /** Calls `more` at every change until its undo is called. */
  watch(more: () => void): () => void;
  /** A place at the beginning; while it is open nothing behind it is let go. */
  read(): Reader;
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
  /** Without it, an object that is too large fails. */
  readonly pass?: {
    /** What all fetches under way may hold together. */
    readonly budget: ByteBudget;
    /** Called at most once, when the object begins to pass through. */
    readonly onPassing: () => void;
  };
}

export function startFill(parts: FillParts): Fill {
  const fill = new Filling(parts);
  void parts
    .turn(() => pour(parts, fill))
    .then(
      () => fill.finish(),
      (error: unknown) => fill.fail(failureOf(error)),
    );
  return fill;
}

class Filling implements Fill {
  received = 0;
  opened = false;
  length: number | undefined;
  status: Fill['status'] = 'flowing';
  failure: FillFailure | undefined;
  passing = false;
  readonly window = new Window();
  readonly #parts: FillParts;
  readonly #watchers = new Set<() => void>();
  #reserved = 0;

  constructor(parts: FillParts) {
    this.#parts = parts;
  }

  get chunks(): readonly Buffer[] {
    return this.window.chunks;
  }

  watch(more: () => void): () => void {
    this.#watchers.add(more);
    return () => void this.#watchers.delete(more);
  }

  read(): Reader {
    return this.window.read();
  }

  open(length: number | undefined): void {
    this.opened = true;
    this.length = length;
    this.#reserve(length ?? 0);
    this.#tell();
  }

  add(chunk: Buffer): void {
    const { length } = this;
    if (length !== undefined && this.received + chunk.length > length) {
      throw new ShoalError('edge/short', 'more came than was announced');
    }
    this.#reserve(this.received + chunk.length);
    this.received += chunk.length;
    this.window.add(chunk);
    this.#tell();
  }

  finish(): void {
    this.length = this.received;
    this.status = 'full';
    this.#end();
  }

  fail(failure: FillFailure): void {
    this.failure = failure;
    this.status = 'failed';
    this.#end();
  }

  #end(): void {
    this.#parts.pass?.budget.give(this.#reserved);
    this.#reserved = 0;
    this.#parts.onEnd(this);
    this.#tell();
  }

  /** Makes sure of memory for `bytes` in all; the object passes through when there is none. */
  #reserve(bytes: number): void {
    if (this.passing || bytes <= this.#reserved) return;
    const { config, pass } = this.#parts;
    const fits = bytes <= config.objectBytesMax;
    if (pass === undefined) {
      if (!fits) throw new ShoalError('server/upstream', 'an object is larger than the edge takes');
    } else if (fits && pass.budget.take(bytes - this.#reserved)) this.#reserved = bytes;
    else {
      this.passing = true;
      this.window.slide();
      pass.onPassing();
    }
  }

  #tell(): void {
    for (const more of [...this.#watchers]) more();
  }
}

async function pour({ open, config, onBytes }: FillParts, fill: Filling): Promise<void> {
  const silence = new AbortController();
  // A source that waits for readers of ours is not silent.
  const timer = setTimeout(() => {
    if (fill.window.isHeldUp) timer.refresh();
    else silence.abort();
  }, config.silenceMsMax);
  silence.signal.addEventListener('abort', () => fill.window.wake());
  try {
    const opened = await open(silence.signal);
    if (opened.status !== 200) throw new StatusError(opened.status);
    const announced = opened.length;
    fill.open(announced);
    for await (const chunk of opened.body) {
      timer.refresh();
      onBytes(chunk.length);
      fill.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (fill.passing) await fill.window.room(silence.signal);
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

function failureOf(error: unknown): FillFailure {
  const upstream = error instanceof StatusError ? error.upstream : 0;
  const known = error instanceof Error ? error : new Error(String(error));
  const reached = error instanceof ShoalError && error.code !== 'edge/unreachable';
  return { status: reached && upstream === 0 ? 502 : statusForViewer(upstream), error: known };
}
