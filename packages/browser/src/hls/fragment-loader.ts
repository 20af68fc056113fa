/** The loader of fragments: asks the engine for segments, and hls.js's own loader for all else. */
import type { Delivery, HttpWhy } from '@shoal/host';
import type {
  FragmentLoaderConstructor,
  FragmentLoaderContext,
  HlsConfig,
  LoaderCallbacks,
  LoaderConfiguration,
} from 'hls.js';
import { BackedLoad, type MakeLoader } from './backed-load.js';
import { finishStats } from './loader-stats.js';
import type { SegmentName, Session } from './session.js';

type Callbacks = LoaderCallbacks<FragmentLoaderContext>;

/** A class, since hls.js makes one instance a load. `make` makes hls.js's own loader. */
export function fragmentLoader(session: Session, make: MakeLoader): FragmentLoaderConstructor {
  return class extends FragmentLoad {
    constructor(config: HlsConfig) {
      super(session, make, config);
    }
  };
}

class FragmentLoad extends BackedLoad<FragmentLoaderContext> {
  load(context: FragmentLoaderContext, config: LoaderConfiguration, callbacks: Callbacks): void {
    this.context = context;
    this.callbacks = callbacks;
    this.stats.loading.start = performance.now();
    const name = this.session.segmentOf(context);
    if (context.frag.sn === 'initSegment') this.#loadInit(context, config, callbacks);
    else if (name === undefined) this.#loadSegment(context, config, 'plain');
    // A second try is a plain one: whatever went wrong with ours, it is not worth a stall.
    else if (this.stats.retry > 0) this.#loadSegment(context, config, 'rescue');
    else this.#ask(name, context, config);
  }

  #loadSegment(context: FragmentLoaderContext, config: LoaderConfiguration, why: HttpWhy): void {
    if (this.callbacks) this.#start(context, config, this.callbacks, why);
  }

  #loadInit(
    context: FragmentLoaderContext,
    config: LoaderConfiguration,
    callbacks: Callbacks,
  ): void {
    const checked: Callbacks = {
      ...callbacks,
      onSuccess: (response, stats, same, details) => {
        void this.session.checkInit(context, response.data as ArrayBuffer).then((data) => {
          if (!this.callbacks) return;
          if (data !== undefined) callbacks.onSuccess({ ...response, data }, stats, same, details);
          else callbacks.onError({ code: 0, text: MISMATCH }, same, details, stats);
        });
      },
    };
    this.#start(context, config, checked, 'init');
  }

  #start(
    context: FragmentLoaderContext,
    config: LoaderConfiguration,
    callbacks: Callbacks,
    why: HttpWhy,
  ): void {
    this.loadPlain(context, config, callbacks, (bytes) => this.session.countHttp(why, bytes));
  }

  #ask(name: SegmentName, context: FragmentLoaderContext, config: LoaderConfiguration): void {
    const calm = this.#watch(context, config);
    const withdraw = this.session.want(name, {
      delivered: (delivery) => {
        calm();
        this.#succeed(context, delivery);
      },
      failed: (status) => {
        calm();
        this.#fail(context, config, status);
      },
      progress: (total) => this.#progress(total),
    });
    if (this.stats.loading.end > 0) return;
    this.withdraw = () => {
      calm();
      withdraw();
    };
  }

  /** Hangs no longer than hls.js's policy lets any load hang. Returns its undo. */
  #watch(context: FragmentLoaderContext, { loadPolicy }: LoaderConfiguration): () => void {
    const late = (): void => {
      this.detach();
      this.callbacks?.onTimeout(this.stats, context, null);
    };
    const firstByte = (): void => {
      if (this.stats.loaded === 0) late();
    };
    const timers = [
      setTimeout(firstByte, loadPolicy.maxTimeToFirstByteMs),
      setTimeout(late, loadPolicy.maxLoadTimeMs),
    ];
    return () => {
      timers.forEach(clearTimeout);
      this.withdraw = undefined;
    };
  }

  #progress(total: number): void {
    const { loading } = this.stats;
    if (loading.first === 0) loading.first = performance.now();
    this.stats.loaded = total;
  }

  #fail(context: FragmentLoaderContext, config: LoaderConfiguration, status: number): void {
    if (this.session.engine === undefined) this.#loadSegment(context, config, 'plain');
    else this.callbacks?.onError({ code: status, text: FAILED }, context, null, this.stats);
  }

  #succeed(context: FragmentLoaderContext, delivery: Delivery): void {
    const { bytes } = delivery;
    const transferMs = this.session.transferMs(delivery);
    finishStats(this.stats, performance.now(), bytes.length, transferMs);
    const response = { url: context.url, data: bytes.buffer, code: 200 };
    this.callbacks?.onProgress?.(this.stats, context, bytes.buffer, null);
    this.callbacks?.onSuccess(response, this.stats, context, null);
  }
}

const FAILED = 'the segment could not be fetched';
const MISMATCH = 'the initialisation section does not match its record';
