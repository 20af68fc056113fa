/** The engine of the stream being played: one a stream, ended when another takes its place. */
import type { ShoalTag } from '@shoal/core/media';
import { createIdle, type Engine, type EngineStats, type HttpWhy } from '@shoal/host';

export interface EngineSlotParts {
  /** Makes the engine of a stream; rejects when this stream cannot be trusted or run. */
  open(tag: ShoalTag, baseUrl: string): Promise<Engine>;
  opened(engine: Engine, tag: ShoalTag): void;
}

export class EngineSlot {
  /** Undefined: none runs, and everything is loaded plainly. */
  engine: Engine | undefined;
  readonly #parts: EngineSlotParts;
  readonly #idle = createIdle();
  /** Whose figures are shown: it outlives its own faults. */
  #shown: Engine | undefined;
  #tag: ShoalTag | undefined;
  #opening: Promise<void> | undefined;
  /** Why no engine runs, when one should. */
  #trouble: string | undefined;
  #closed = false;

  constructor(parts: EngineSlotParts) {
    this.#parts = parts;
  }

  /** Rejects when no engine can be opened; the stream is played plainly from then on. */
  start(tag: ShoalTag, url: string): Promise<void> {
    if (this.#closed || (this.#tag !== undefined && sameStream(this.#tag, tag))) {
      return this.#opening ?? Promise.resolve();
    }
    this.engine?.destroy();
    this.engine = undefined;
    this.#tag = tag;
    const opening = this.#open(tag, url).finally(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  countHttp(why: HttpWhy, bytes: number): void {
    (this.#shown ?? this.#idle).countHttp(why, bytes);
  }

  stats(): EngineStats {
    const stats = (this.#shown ?? this.#idle).stats();
    if (this.#trouble === undefined || this.engine !== undefined) return stats;
    return { ...stats, why: { code: 'unavailable', text: this.#trouble } };
  }

  close(): void {
    this.#closed = true;
    this.engine?.destroy();
    this.engine = undefined;
  }

  async #open(tag: ShoalTag, url: string): Promise<void> {
    const opened = await this.#parts.open(tag, url).catch((thrown: unknown) => {
      if (this.#tag === tag) this.#trouble = messageOf(thrown);
      throw thrown;
    });
    if (this.#tag === tag && !this.#closed) this.#adopt(opened, tag);
    else opened.destroy();
  }

  #adopt(opened: Engine, tag: ShoalTag): void {
    this.engine = opened;
    opened.on('broken', () => {
      if (this.engine === opened) this.engine = undefined;
    });
    if (!this.#shown) {
      const before = Object.entries(this.#idle.stats().httpByWhy);
      for (const [why, bytes] of before) opened.countHttp(why as HttpWhy, bytes);
    }
    this.#shown = opened;
    this.#trouble = undefined;
    this.#parts.opened(opened, tag);
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function sameStream(a: ShoalTag, b: ShoalTag): boolean {
  return a.epoch === b.epoch && a.name === b.name && a.publicKey.join() === b.publicKey.join();
}
