/** The loader of fragments: asks the engine for segments, and hls.js's own loader for all else. */
import type { Delivery } from '@shoal/host';
import type {
  FragmentLoaderConstructor,
  FragmentLoaderContext,
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
} from 'hls.js';
import { finishStats, newStats } from './loader-stats.js';
import { type PlainLoad, plainLoad } from './plain-load.js';
import type { SegmentName, Session } from './session.js';

type Callbacks = LoaderCallbacks<FragmentLoaderContext>;

/** A class, since hls.js makes one instance a load. */
export function fragmentLoader(
  session: Session,
  make: (config: HlsConfig) => Loader<LoaderContext>,
): FragmentLoaderConstructor {
  return class ShoalFragmentLoader implements Loader<FragmentLoaderContext> {
    context: FragmentLoaderContext | null = null;
    stats = newStats();
    readonly #config: HlsConfig;
    #callbacks: Callbacks | undefined;
    #plain: PlainLoad | undefined;
    #withdraw: (() => void) | undefined;

    constructor(config: HlsConfig) {
      this.#config = config;
    }

    load(context: FragmentLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
      this.context = context;
      this.#callbacks = callbacks;
      this.stats.loading.start = performance.now();
      const name = session.segmentOf(context);
      if (context.frag.sn === 'initSegment') this.#loadInit(context, config, callbacks);
      // A second try is a plain one: whatever went wrong with ours, it is not worth a stall.
      else if (name === undefined || this.stats.retry > 0) this.#loadPlain(context, config, name);
      else this.#ask(name, context, config);
    }

    abort(): void {
      if (this.#plain !== undefined) {
        this.#plain.abort();
        this.#callbacks = undefined;
        return;
      }
      if (this.context === null || this.stats.loading.end > 0) return;
      this.stats.aborted = true;
      this.#detach();
      this.#callbacks?.onAbort?.(this.stats, this.context, null);
    }

    destroy(): void {
      this.#detach();
      this.#callbacks = undefined;
      this.#plain?.destroy();
      this.context = null;
    }

    getCacheAge(): number | null {
      return this.#plain?.getCacheAge() ?? null;
    }

    getResponseHeader(name: string): string | null {
      return this.#plain?.getResponseHeader(name) ?? null;
    }

    #detach(): void {
      this.#withdraw?.();
      this.#withdraw = undefined;
    }

    #loadPlain(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      name: SegmentName | undefined,
    ): void {
      const callbacks = this.#callbacks;
      if (callbacks === undefined) return;
      const why = name === undefined ? 'plain' : 'rescue';
      this.#start(context, config, callbacks, (bytes) => session.countHttp(why, bytes));
    }

    #loadInit(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: Callbacks,
    ): void {
      const checked: Callbacks = {
        ...callbacks,
        onSuccess: (response, stats, same, details) => {
          void session.checkInit(context, response.data as ArrayBuffer).then((data) => {
            if (this.#callbacks === undefined) return;
            if (data !== undefined)
              callbacks.onSuccess({ ...response, data }, stats, same, details);
            else callbacks.onError({ code: 0, text: MISMATCH }, same, details, stats);
          });
        },
      };
      this.#start(context, config, checked, (bytes) => session.countHttp('init', bytes));
    }

    #start(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: Callbacks,
      used: (bytes: number) => void,
    ): void {
      const loader = (): Loader<LoaderContext> => make(this.#config);
      this.#plain = plainLoad(loader, this.stats, context, config, callbacks, used);
    }

    #ask(name: SegmentName, context: FragmentLoaderContext, config: LoaderConfiguration): void {
      const { maxTimeToFirstByteMs, maxLoadTimeMs } = config.loadPolicy;
      const late = (): void => {
        this.#detach();
        this.#callbacks?.onTimeout(this.stats, context, null);
      };
      const noByte = (): void => {
        if (this.stats.loaded === 0) late();
      };
      const timers = [setTimeout(noByte, maxTimeToFirstByteMs), setTimeout(late, maxLoadTimeMs)];
      const settle = (): void => {
        for (const timer of timers) clearTimeout(timer);
        this.#withdraw = undefined;
      };
      const withdraw = session.want(name, {
        delivered: (delivery) => {
          settle();
          this.#succeed(context, delivery);
        },
        failed: (status) => {
          settle();
          if (session.engine() === undefined) this.#loadPlain(context, config, undefined);
          else this.#callbacks?.onError({ code: status, text: FAILED }, context, null, this.stats);
        },
        progress: (total) => this.#progress(total),
      });
      if (this.stats.loading.end > 0) return;
      this.#withdraw = () => {
        settle();
        withdraw();
      };
    }

    #progress(total: number): void {
      if (this.stats.loading.first === 0) this.stats.loading.first = performance.now();
      this.stats.loaded = total;
    }

    #succeed(context: FragmentLoaderContext, delivery: Delivery): void {
      const callbacks = this.#callbacks;
      if (callbacks === undefined) return;
      const { bytes } = delivery;
      finishStats(this.stats, performance.now(), bytes.length, session.transferMs(delivery));
      const response = { url: context.url, data: bytes.buffer, code: 200 };
      callbacks.onProgress?.(this.stats, context, bytes.buffer, null);
      callbacks.onSuccess(response, this.stats, context, null);
    }
  };
}

const FAILED = 'the segment could not be fetched';
const MISMATCH = 'the initialisation section does not match its record';
