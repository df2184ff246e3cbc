// What a running panel tells about itself: plain JSON, no secrets, moments as ISO 8601 in UTC.
import type { LineReason, LineState } from '../panel/ports.js';
import type { CallView, DoorView } from '../panel/view.js';

/** A moment such as `2026-01-31T12:34:56.789Z`. */
export type IsoTime = string;

export interface LineStatus {
  state: LineState;
  /** When that state began. */
  since: IsoTime;
  /** Why it is not registered; null where it is, or where nothing is known yet. */
  reason: LineReason | null;
  /** `host` or `host:port`, as configured. */
  server: string;
}

export interface CallStatus {
  state: 'idle' | CallView['phase'];
  /** Display name, else user part; null when idle. */
  from: string | null;
  /** When that state began; null when idle. */
  since: IsoTime | null;
  /** `PCMU`, `PCMA`; null where there is no sound. */
  audioCodec: string | null;
  /** `H264`; null where there is no picture. */
  videoCodec: string | null;
  /** Pictures of this call that were on the screen. */
  framesShown: number;
  /** RTP packets of this call that never came, sound and picture together. */
  packetsLost: number;
}

export interface DoorStatus {
  name: string;
  state: DoorView['state'];
  /** When that state began; null for a door never touched. */
  at: IsoTime | null;
  /** It can be opened without a call: the panel then calls the address configured as `dial`. */
  dial: boolean;
}

export interface GpioStatus {
  state: 'working' | 'failed' | 'none';
  /** Logical levels: pressed, lit, sounding; null = not known or not there. */
  button: boolean | null;
  led: boolean | null;
  chime: boolean | null;
}

export interface FaceStatus {
  state: 'starting' | 'running' | 'failed';
  /** How often it had to be started again. */
  restarts: number;
  pid: number | null;
  /** px; null until it is known. */
  screen: { width: number; height: number } | null;
}

export interface VisitsStatus {
  /** Rings kept in the log. */
  total: number;
  /** Those of them that nobody answered. */
  missed: number;
  /** Rings that could not be written to the disk since the start. */
  unwritten: number;
}

export interface Status {
  line: LineStatus;
  call: CallStatus;
  door: readonly DoorStatus[];
  gpio: GpioStatus;
  face: FaceStatus;
  visits: VisitsStatus;
  version: string;
  /** Seconds since the panel started. */
  uptime: number;
}
