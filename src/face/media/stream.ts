// Keeps one stream of the face running as wanted: starts, stops, restarts after a failure, reuses its pipelines.
import { isDeepStrictEqual } from 'node:util';
import { errorText } from '../../system/errors.js';
import type { Clock, Timer } from '../../system/clock.js';
import type { GStreamer } from './gstreamer.js';
import { ManagedPipeline, type ManagedPipelineOptions, type PipelineFailure } from './managed-pipeline.js';
import { missingElementText } from './plugins.js';

/** What makes a stream this stream. `C` says how it shall run; equal values are the same run. */
export interface StreamKind<C> {
  /** The pipeline for a configuration, in the syntax of gst-launch-1.0; equal texts share one pipeline. */
  launch(config: C): string;
  /** Sets, before each start, the properties that differ from run to run. */
  prepare(pipeline: ManagedPipeline, config: C): void;
  started(pipeline: ManagedPipeline, config: C): void;
  /** It no longer runs: stopped, or failed. */
  stopped(): void;
  onMessage?: ManagedPipelineOptions['onMessage'];
  /** See `ManagedPipelineOptions`. */
  opensDevice?: boolean;
  /** What to run instead, until the next try, where `config` has failed. */
  fallback?(config: C): C | null;
}

export interface StreamOptions<C> {
  gstreamer: GStreamer;
  clock: Clock;
  kind: StreamKind<C>;
  /** A new trouble, in words for the log and `status`; not repeated while it lasts. */
  onError: (message: string) => void;
}

/** ms before the next try, by the number of failures in a row. */
const RETRY_MS = [200, 1_000, 2_000, 5_000, 10_000] as const;
/** A run of this length ends a row of failures, ms. */
const STEADY_RUN_MS = 20_000;

export class Stream<C> {
  readonly #options: StreamOptions<C>;
  readonly #pipelines = new Map<string, ManagedPipeline>();
  #wanted: C | null = null;
  #running: { config: C; pipeline: ManagedPipeline; since: number } | null = null;
  /** Configurations not to be tried before the next retry. */
  #failed: C[] = [];
  #failures = 0;
  #lastError: string | null = null;
  #retry: Timer | null = null;
  #busy = false;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: StreamOptions<C>) {
    this.#options = options;
  }

  /** How it runs at present, null when it does not. */
  get running(): C | null {
    return this.#running?.config ?? null;
  }

  /**
   * Says how it shall run from now on, null for not at all. What runs already as wanted goes on undisturbed.
   * @returns when it runs so, or has failed to (it then tries again by itself)
   */
  set(config: C | null): Promise<void> {
    if (!isDeepStrictEqual(config, this.#wanted)) {
      this.#wanted = config;
      this.#failed = [];
      this.#failures = 0;
      this.#lastError = null;
      this.#retry?.cancel();
      this.#retry = null;
    }
    return this.#settle();
  }

  /** Builds the pipeline for `config` ahead of its use: loading plug-ins takes a tenth of a second. */
  prepare(config: C): void {
    try {
      this.#pipelineFor(config);
    } catch (error) {
      this.#report(failureToBuild(error));
    }
  }

  #settle(): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      this.#settled = this.#reconcile();
    }
    return this.#settled;
  }

  async #reconcile(): Promise<void> {
    for (;;) {
      const target = this.#target();
      if (isDeepStrictEqual(target, this.running)) {
        this.#busy = false;
        return;
      }
      if (this.#running) {
        const { pipeline } = this.#running;
        this.#running = null;
        this.#options.kind.stopped();
        await pipeline.stop();
      } else if (target !== null) {
        this.#start(target);
      }
    }
  }

  #target(): C | null {
    const wanted = this.#wanted;
    if (wanted === null || !this.#hasFailed(wanted)) return wanted;
    const fallback = this.#options.kind.fallback?.(wanted) ?? null;
    return fallback === null || this.#hasFailed(fallback) ? null : fallback;
  }

  #hasFailed(config: C): boolean {
    return this.#failed.some((failed) => isDeepStrictEqual(failed, config));
  }

  #start(config: C): void {
    const { kind, clock } = this.#options;
    try {
      const pipeline = this.#pipelineFor(config);
      kind.prepare(pipeline, config);
      this.#running = { config, pipeline, since: clock.steady() };
      pipeline.start();
      kind.started(pipeline, config);
    } catch (error) {
      // what is missing will not come by trying again
      this.#running = null;
      this.#failed.push(config);
      this.#report(failureToBuild(error));
    }
  }

  #pipelineFor(config: C): ManagedPipeline {
    const { gstreamer, clock, kind } = this.#options;
    const launch = kind.launch(config);
    let pipeline = this.#pipelines.get(launch);
    if (!pipeline) {
      const built: ManagedPipeline = new ManagedPipeline({
        gstreamer,
        clock,
        launch,
        opensDevice: kind.opensDevice ?? false,
        ...(kind.onMessage && { onMessage: kind.onMessage }),
        onFailure: (failure) => this.#onFailure(built, failure),
      });
      pipeline = built;
      this.#pipelines.set(launch, pipeline);
    }
    return pipeline;
  }

  #onFailure(pipeline: ManagedPipeline, failure: PipelineFailure): void {
    if (this.#running?.pipeline !== pipeline) return;
    const { config, since } = this.#running;
    const { clock, kind } = this.#options;
    this.#running = null;
    kind.stopped();
    if (clock.steady() - since > STEADY_RUN_MS) this.#failures = 0;
    this.#failed.push(config);
    this.#report(failureText(failure));
    const delay = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#retry ??= clock.after(delay, () => {
      this.#retry = null;
      this.#failed = [];
      void this.#settle();
    });
    void this.#settle();
  }

  #report(message: string): void {
    if (message === this.#lastError) return;
    this.#lastError = message;
    this.#options.onError(message);
  }
}

/** GStreamer's words, with the system's reason from the last line of its detail where there is one. */
function failureText({ element, message, debug }: PipelineFailure): string {
  const detail = debug.trim().split('\n').at(-1) ?? '';
  return `${element}: ${message}` + (detail && !detail.startsWith('../') ? ` (${detail})` : '');
}

function failureToBuild(error: unknown): string {
  const missing = /no element "([^"]+)"/.exec(errorText(error))?.[1];
  return missing ? missingElementText(missing) : errorText(error);
}
