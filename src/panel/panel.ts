// The panel at work: feeds events to the state machine one at a time and hands its effects to the ports.
import { chimeOf, ledOf, viewOf } from './derive.js';
import { step } from './machine.js';
import type { GpioPort, LinePort, PanelClock } from './ports.js';
import { initialState } from './state.js';
import type { Effect, PanelEvent, PanelOptions, PanelState, TimerName, Visit } from './state.js';
import type { View } from './view.js';

/** Everything a panel needs of the outside. */
export interface PanelPorts {
  clock: PanelClock;
  line: Pick<LinePort, 'answer' | 'reject' | 'hangup' | 'dial' | 'sendCode' | 'retry'>;
  gpio: Pick<GpioPort, 'setChime' | 'setLed'>;
  /** Draws a view; called only with one that differs from the last. */
  show(view: View): void;
  record(visit: Visit): void;
  /** The state has changed. */
  changed(state: PanelState): void;
  /** An event that means nothing in the present state. */
  ignored(event: PanelEvent, state: PanelState): void;
}

/** Owns the state and its timers. `start()` and `stop()` are idempotent; events outside of them are dropped. */
export class Panel {
  #state: PanelState;
  #running = false;
  #busy = false;
  #shown = '';
  readonly #queue: PanelEvent[] = [];
  readonly #timers = new Map<TimerName, { cancel(): void }>();

  constructor(
    private readonly options: PanelOptions,
    private readonly ports: PanelPorts,
  ) {
    this.#state = initialState(options, this.#now());
  }

  get state(): PanelState {
    return this.#state;
  }

  /** The view that belongs to the present state. */
  get view(): View {
    return viewOf(this.#state, this.options);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#derive();
    this.dispatch({ type: 'intent', intent: 'wake' });
  }

  stop(): void {
    this.#running = false;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#queue.length = 0;
  }

  /** Takes one event. A port that answers an effect at once finds its event queued, never nested. */
  dispatch(event: PanelEvent): void {
    if (!this.#running) return;
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#busy = false;
    }
  }

  #take(event: PanelEvent): void {
    const before = this.#state;
    const [state, effects] = step(before, event, this.#now(), this.options);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    if (state !== before) this.#derive();
    else if (effects.length === 0) this.ports.ignored(event, state);
  }

  #derive(): void {
    this.ports.gpio.setChime(chimeOf(this.#state));
    this.ports.gpio.setLed(ledOf(this.#state));
    const { view } = this;
    const text = JSON.stringify(view);
    if (text !== this.#shown) {
      this.#shown = text;
      this.ports.show(view);
    }
    this.ports.changed(this.#state);
  }

  #run(effect: Effect): void {
    const { line } = this.ports;
    switch (effect.type) {
      case 'answer':
        return line.answer(effect.call);
      case 'reject':
        return line.reject(effect.call);
      case 'hang-up':
        return line.hangup(effect.call);
      case 'dial': {
        // ahead of what a line that failed at once has said already
        const call = line.dial(effect.address);
        return void this.#queue.unshift({ type: 'call-outgoing', call });
      }
      case 'send-code':
        return line.sendCode(effect.call, effect.lock, effect.code);
      case 'retry-line':
        return line.retry();
      case 'visit':
        return this.ports.record(effect.visit);
      case 'cancel-timer':
        return this.#cancel(effect.timer);
      case 'start-timer': {
        const { timer, ms } = effect;
        this.#cancel(timer);
        const running = this.ports.clock.after(ms, () => {
          this.#timers.delete(timer);
          this.dispatch({ type: 'timer', timer });
        });
        this.#timers.set(timer, running);
      }
    }
  }

  #cancel(timer: TimerName): void {
    this.#timers.get(timer)?.cancel();
    this.#timers.delete(timer);
  }

  #now(): { wall: number; steady: number } {
    return { wall: this.ports.clock.wall(), steady: this.ports.clock.steady() };
  }
}
