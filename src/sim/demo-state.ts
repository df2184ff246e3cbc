// What the demo and its page tell each other over the WebSocket, beside the picture of the screen.
import type { LineState } from '../panel/ports.js';
import type { CallView } from '../panel/view.js';
import type { Sound } from './sound-meter.js';

/** All that the page shows; sent whole at every change. */
export interface DemoState {
  language: 'ru' | 'en';
  /** px. */
  screen: { width: number; height: number };
  network: 'up' | 'down';
  panel: {
    /** The panel answers on its control socket. */
    running: boolean;
    /** It did once: not running after that means that it died. */
    started: boolean;
    line: LineState;
    call: {
      state: CallView['phase'];
      /** How long it has been in that state, ms. */
      for: number;
      /** Codec and frames shown; null without a picture. */
      video: string | null;
      frames: number;
    } | null;
    /** Levels of the lines, null where not known. */
    gpio: { button: boolean | null; led: boolean | null; chime: boolean | null };
    face: { state: 'starting' | 'running' | 'failed'; restarts: number };
  };
  station: {
    call: 'idle' | 'calling' | 'ringing' | 'talking';
    /** ms until the lock closes again, 0 when it is closed. */
    lockOpenFor: number;
    lockMs: number;
    /** Digits heard in the last call, and how they came. */
    digits: string;
    heardBy: 'RFC 4733' | 'SIP INFO' | null;
    /** What comes from the flat. */
    sound: Sound | null;
  };
}

/** What a person does on the page. */
export type PageAction =
  | { do: 'touch'; x: number; y: number; pressed: boolean }
  | { do: 'button'; edge: 'pressed' | 'released' }
  | { do: 'ring' | 'hangup' | 'elsewhere' | 'kill-face' }
  | { do: 'network'; up: boolean };

/** All that a page says: what a person does, and how many bands of the screen it has drawn since it last said so. */
export type PageMessage = PageAction | { do: 'drawn'; bands: number };
