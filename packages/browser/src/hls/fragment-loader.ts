/** The loader of fragments: asks the engine for segments, and hls.js's own loader for all else. */
import type { Delivery, MediaName } from '@shoal/host';
import type { FragmentLoaderContext, LoaderCallbacks, LoaderConfiguration } from 'hls.js';
import { BackedLoad } from './backed-load.js';

type Callbacks = LoaderCallbacks<FragmentLoaderContext>;

export class FragmentLoad extends BackedLoad<FragmentLoaderContext> {
  protected begin(
    context: FragmentLoaderContext,
    config: LoaderConfiguration,
    callbacks: Callbacks,
  ): void {
    this.stats.loading.start = performance.now();
    const name = this.session.nameOf(context);
    if (context.frag.sn === 'initSegment') {
      this.loadPlain(context, config, this.#checking(context, callbacks), 'init');
    } else if (name === undefined) this.loadPlain(context, config, callbacks, 'plain');
    // A second try is a plain one: whatever went wrong with ours, it is not worth a stall.
    else if (this.stats.retry > 0) this.loadPlain(context, config, callbacks, 'rescue');
    else this.#ask(name, context, config);
  }

  /** Hands an initialisation section over once it is checked. */
  #checking(context: FragmentLoaderContext, callbacks: Callbacks): Callbacks {
    return {
      ...callbacks,
      onSuccess: (response, stats, same, details) => {
        void this.session.checkInit(context, response.data as ArrayBuffer).then((data) => {
          if (!this.callbacks) return;
          if (data !== undefined) callbacks.onSuccess({ ...response, data }, stats, same, details);
          else callbacks.onError({ code: 0, text: MISMATCH }, same, details, stats);
        });
      },
    };
  }

  #ask(name: MediaName, context: FragmentLoaderContext, config: LoaderConfiguration): void {
    const calm = this.#watch(context, config);
    const withdraw = this.session.want(name, context, {
      delivered: (delivery) => {
        calm();
        this.#succeed(context, delivery);
      },
      failed: (status) => {
        calm();
        this.#fail(context, config, status);
      },
      progress: (total) => {
        this.stats.loading.first ||= performance.now();
        this.stats.loaded = total;
      },
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

  #fail(context: FragmentLoaderContext, config: LoaderConfiguration, status: number): void {
    const { callbacks } = this;
    if (!callbacks) return;
    if (!this.session.engine) this.loadPlain(context, config, callbacks, 'plain');
    else callbacks.onError({ code: status, text: FAILED }, context, null, this.stats);
  }

  #succeed(context: FragmentLoaderContext, delivery: Delivery): void {
    const { stats, callbacks } = this;
    const data = delivery.bytes.buffer;
    this.finish(data.byteLength, this.session.transferMs(delivery));
    callbacks?.onProgress?.(stats, context, data, null);
    callbacks?.onSuccess({ url: context.url, data, code: 200 }, stats, context, null);
  }
}

const FAILED = 'the segment could not be fetched';
const MISMATCH = 'the init section does not match its record';
