// A GStreamer pipeline that can be started and stopped any number of times: the binding never frees one, so each
// is built once and reused. Measured: a stop gives back every thread, socket and buffer of the run.
import type { AppSink, BusMessage, Caps, Element, Pipeline } from 'gstreamer-superficial';
import type { Clock, Timer } from '../../system/clock.js';
import { KalitkaError } from '../../system/errors.js';
import type { GStreamer } from './gstreamer.js';

/** Why a pipeline failed. */
export interface PipelineFailure {
  /** Name of the element that gave up. */
  element: string;
  /** What it said, for a person. */
  message: string;
  /** GStreamer's own detail, for the log. */
  debug: string;
}

export interface ManagedPipelineOptions {
  gstreamer: GStreamer;
  clock: Clock;
  /** In the syntax of gst-launch-1.0. */
  launch: string;
  /** It has a source that opens a device, and so may fail to start after other elements did. */
  opensDevice?: boolean;
  /** Every message of the bus but errors, while running. */
  onMessage?: (message: BusMessage) => void;
  /** The pipeline has failed and is stopped already. */
  onFailure: (failure: PipelineFailure) => void;
}

/** The bus answers a pause within a millisecond; where it does not the pipeline had died unheard. */
const STOP_PATIENCE_MS = 300;
/** The messages of a start come within microseconds. */
const NUDGE_MS = 10;

export class ManagedPipeline {
  readonly #options: ManagedPipelineOptions;
  readonly #pipeline: Pipeline;
  readonly #elements = new Map<string, Element>();
  readonly #texts = new Map<string, string>();
  #state: 'stopped' | 'running' | 'stopping' = 'stopped';
  #run = 0;
  /** Who waits on the bus; the binding drops a waiter silently when a message finds the pipeline in NULL. */
  readonly #polls = new Set<object>();
  #nudge: Timer | null = null;
  #stopped: Promise<void> = Promise.resolve();
  #finishStop: () => void = () => undefined;

  /**
   * Builds the elements; nothing runs yet.
   * @throws KalitkaError `GST_PIPELINE` where an element is missing or the launch string is wrong
   */
  constructor(options: ManagedPipelineOptions) {
    this.#options = options;
    try {
      this.#pipeline = new options.gstreamer.Pipeline(options.launch);
    } catch (cause) {
      throw new KalitkaError('GST_PIPELINE', cause instanceof Error ? cause.message : String(cause), {
        cause,
      });
    }
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  /**
   * An element by its name in the launch string.
   * @throws KalitkaError `GST_PIPELINE` where there is none
   */
  element(name: string): Element {
    // each look-up in the binding takes a reference that is never given back: look once
    const known = this.#elements.get(name) ?? this.#pipeline.findChild(name);
    if (!known) throw new KalitkaError('GST_PIPELINE', `no element "${name}" in the pipeline`);
    this.#elements.set(name, known);
    return known;
  }

  /** Sets a property that takes text or caps. The binding keeps a copy of each text for good: none twice. */
  setText(element: string, property: string, value: string): void {
    const key = `${element}.${property}`;
    if (this.#texts.get(key) === value) return;
    this.#texts.set(key, value);
    this.element(element)[property] = value;
  }

  /** To PLAYING. A failure comes through `onFailure`, also when it is immediate. Only when stopped. */
  start(): void {
    if (this.#state !== 'stopped') throw new KalitkaError('GST_PIPELINE', `start() while ${this.#state}`);
    this.#state = 'running';
    this.#run += 1;
    this.#pipeline.play();
    if (this.#polls.size === 0) this.#poll();
    if (this.#options.opensDevice) this.#armNudge();
  }

  /** To NULL: when it resolves, threads and sockets are gone and no callback comes any more. Idempotent. */
  stop(): Promise<void> {
    if (this.#state !== 'running') return this.#stopped;
    this.#state = 'stopping';
    // the bus is left only from within its callback; a change of state makes one come
    this.#stopped = new Promise((resolve) => {
      const patience = this.#options.clock.after(STOP_PATIENCE_MS, () => this.#halt());
      this.#finishStop = () => {
        patience.cancel();
        resolve();
      };
    });
    this.#pipeline.pause();
    return this.#stopped;
  }

  /**
   * Hands over every sample of an appsink until this run ends. To be called after `start()`.
   * @param onSample its buffer belongs to it
   */
  pull(name: string, onSample: (buffer: Buffer, caps: Caps) => void): void {
    const sink = this.element(name) as AppSink;
    const run = this.#run;
    const next = () =>
      sink.pull((buffer, caps) => {
        if (!buffer || run !== this.#run || this.#state !== 'running') return;
        // asked for again only now: where we are slow the sink keeps the newest
        onSample(buffer, caps);
        next();
      });
    next();
  }

  #poll(): void {
    const poll = {};
    this.#polls.add(poll);
    this.#pipeline.pollBus((message) => {
      this.#polls.add(poll);
      this.#onBus(message);
      if (this.#state === 'stopped') this.#polls.delete(poll);
    });
  }

  /**
   * A device that cannot be opened leaves the pipeline in NULL, and the waiter is dropped with the first message,
   * before the error came: until READY is told, somebody has to look again.
   */
  #armNudge(): void {
    this.#nudge?.cancel();
    const nudge = this.#options.clock.after(NUDGE_MS, () => {
      // were we ourselves busy, what came meanwhile is heard first
      setImmediate(() => {
        if (this.#nudge !== nudge || this.#state !== 'running') return;
        this.#polls.clear();
        this.#poll();
      });
    });
    this.#nudge = nudge;
  }

  #halt(): void {
    this.#nudge?.cancel();
    this.#pipeline.stop();
    this.#state = 'stopped';
    this.#finishStop();
    this.#finishStop = () => undefined;
  }

  #onBus(message: BusMessage): void {
    if (this.#state === 'stopping') {
      this.#halt();
    } else if (message.type === 'error' || message.type === 'eos') {
      this.#halt();
      this.#options.onFailure({
        element: message._src_element_name,
        message: message.message ?? 'the stream ended',
        debug: typeof message.debug === 'string' ? message.debug : '',
      });
    } else if (this.#state === 'running') {
      if (isReady(message)) {
        this.#nudge?.cancel();
        this.#nudge = null;
      } else if (this.#nudge) {
        this.#armNudge();
      }
      this.#options.onMessage?.(message);
    }
  }
}

/** The pipeline itself, not one of its elements, has left NULL. */
function isReady(message: BusMessage): boolean {
  return (
    message.type === 'state-changed' &&
    message['new-state'] === 'GST_STATE_READY' &&
    /^pipeline\d+$/.test(message._src_element_name)
  );
}
