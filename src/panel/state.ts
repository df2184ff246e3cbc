// What the panel remembers. Plain, immutable data: it can be printed, compared and kept in a test.
import type {
  CallEnd,
  CallId,
  Caller,
  Code,
  LineEvent,
  GpioEvent,
  FaceEvent,
  Intent,
  LineReason,
} from './ports.js';
import type { LineState, Moment } from './ports.js';
import type { DoorState, Notice } from './view.js';

/** A lock of the door, as configured. The first one is what the physical button opens. */
export interface Lock {
  name: string;
  code: Code;
  /** The address to call for opening it while no call is up; null where that is not wanted. */
  dial: string | null;
}

export interface PanelOptions {
  locks: readonly Lock[];
  /** After a code that was asked for without anybody talking: how long until we hang up, ms. */
  hangUpAfterMs: number;
  /** Idle time until the screen goes dark, ms; 0 = never. */
  sleepAfterMs: number;
}

/** The one call the panel is busy with. */
export interface CallData {
  id: CallId;
  caller: Caller;
  incoming: boolean;
  /** When it began to ring (or we began to call). */
  began: Moment;
  /** When its present state began. */
  since: Moment;
  /** When people could talk; null while they could not. */
  answered: Moment | null;
  video: boolean;
  picture: boolean;
  muted: boolean;
  silenced: boolean;
  onHold: boolean;
  /** The lock whose code goes out as soon as media can flow. */
  openWhenEstablished: number | null;
  /** Nobody is talking: the call exists for the code only. */
  hangUpAfterCode: boolean;
  /** Locks whose code was sent, in order. */
  opened: readonly number[];
  /** What ended it, where we did so ourselves. */
  ending: CallEnd | null;
}

export type CallState = 'idle' | 'ringing' | 'calling' | 'answering' | 'talking' | 'ending';

export type Call = { state: 'idle' } | ({ state: Exclude<CallState, 'idle'> } & CallData);

export interface PanelState {
  line: { state: LineState; reason: LineReason | null; since: Moment };
  call: Call;
  doors: readonly { state: DoorState; at: Moment | null }[];
  notice: Notice | null;
  awake: boolean;
  missed: number;
}

/** Timers the panel asks for; each exists at most once. */
export type TimerName = 'ending' | 'notice' | 'hang-up' | 'sleep' | `door-${number}`;

export type PanelEvent =
  | LineEvent
  | GpioEvent
  | FaceEvent
  | Intent
  /** The line has begun the call that a `dial` effect asked for. */
  | { type: 'call-outgoing'; call: CallId }
  /** No media has come from the far end for so long that nobody can be there any more. */
  | { type: 'call-silent'; call: CallId }
  | { type: 'timer'; timer: TimerName };

/** What became of somebody at the door. */
export type VisitOutcome = 'answered' | 'missed' | 'declined' | 'elsewhere' | 'busy';

/** One ring, for the visit log. */
export interface Visit {
  /** When it rang, ms since the epoch. */
  at: number;
  caller: Caller;
  outcome: VisitOutcome;
  /** Time people could talk, ms. */
  durationMs: number;
  /** Names of the locks whose code was sent, in order. */
  opened: readonly string[];
}

/** What the outside shall do. Chime, LED and view are not effects: they follow from the state. */
export type Effect =
  | { type: 'answer' | 'reject' | 'hang-up'; call: CallId }
  | { type: 'dial'; address: string }
  | { type: 'send-code'; call: CallId; lock: number; code: Code }
  | { type: 'retry-line' }
  | { type: 'start-timer'; timer: TimerName; ms: number }
  | { type: 'cancel-timer'; timer: TimerName }
  | { type: 'visit'; visit: Visit };

/** The state at start-up. */
export function initialState(options: PanelOptions, now: Moment): PanelState {
  return {
    line: { state: 'offline', reason: null, since: now },
    call: { state: 'idle' },
    doors: options.locks.map(() => ({ state: 'closed', at: null })),
    notice: null,
    awake: true,
    missed: 0,
  };
}
