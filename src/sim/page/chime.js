// @ts-check
// The chime, audible: two bell strokes while the panel's chime line is high. Browsers allow sound after a click only.

export class Chime {
  /** @type {AudioContext | null} */
  #context = null;
  #sounding = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** Called from a click. */
  allow() {
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  mute() {
    void this.#context?.suspend();
  }

  /** @param {boolean} sounding level of the panel's chime line */
  set(sounding) {
    if (sounding === this.#sounding) return;
    this.#sounding = sounding;
    clearInterval(this.#timer);
    if (!sounding) return;
    this.#strokes();
    this.#timer = setInterval(() => this.#strokes(), 1300);
  }

  #strokes() {
    this.#bell(659, 0);
    this.#bell(523, 0.42);
  }

  /**
   * @param {number} hz
   * @param {number} delay s
   */
  #bell(hz, delay) {
    const context = this.#context;
    if (!context || context.state !== 'running') return;
    const start = context.currentTime + delay;
    /** Partials of a bell: multiple of the tone, loudness. @type {[number, number][]} */
    const partials = [
      [1, 0.22],
      [2.01, 0.08],
      [3.9, 0.03],
    ];
    for (const [partial, loudness] of partials) {
      const tone = new OscillatorNode(context, { frequency: hz * partial });
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(loudness, start);
      gain.gain.exponentialRampToValueAtTime(0.0004, start + 1.1 / partial);
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + 1.2);
    }
  }
}
