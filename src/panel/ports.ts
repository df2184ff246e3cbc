// What the panel knows of the outside: the interfaces that the adapters implement, and the words they share.

/** A moment: wall time for show, steady time (ms, CLOCK_MONOTONIC, the same in every process) for durations. */
export interface Moment {
  /** ms since the epoch. */
  wall: number;
  /** ms. */
  steady: number;
}

export type CallId = string;

/** Who calls, as a person may read it. */
export interface Caller {
  /** Display name, else the user part of the address; never empty. */
  name: string;
  /** Address, `sip:user@host`. */
  uri: string;
}

// ---- the line: src/sip ----------------------------------------------------------------------

export type LineState = 'offline' | 'registering' | 'registered' | 'refused';

/** Why the line is not registered, for a person to be told. */
export type LineReason =
  | 'no-network' // no route, no address, cable out
  | 'server-not-found' // the name does not resolve
  | 'no-answer' // the server does not answer
  | 'server-error' // 5xx, 6xx, an answer that makes no sense
  | 'wrong-password' // second 401/407
  | 'forbidden' // 403: blocked or not allowed
  | 'unknown-account'; // 404, 410, 604

/** How a call came to its end. */
export type CallEnd =
  | 'remote' // the far end hung up
  | 'local' // we hung up
  | 'cancelled' // the caller gave up before we answered
  | 'elsewhere' // somebody else in the flat answered
  | 'declined' // we refused it
  | 'unanswered' // nobody answered in time
  | 'busy' // outgoing: the far end is busy
  | 'silent' // no media came any more
  | 'failed'; // everything else: see `detail`

/** How a lock's code travels. `auto`: RFC 4733 where negotiated, else SIP INFO. */
export type CodeMode = 'auto' | 'rfc4733' | 'info' | 'inband' | 'rfc4733+info';

/** A lock's code, ready to be sent. */
export interface Code {
  /** 1 to 4 of `0-9*#A-D`. Not a secret of the account, but not for logs either. */
  digits: string;
  mode: CodeMode;
  /** ms. */
  durationMs: number;
  /** ms. */
  gapMs: number;
}

/** What the line reports. */
export type LineEvent =
  | { type: 'line'; state: LineState; reason: LineReason | null }
  /** An INVITE from an allowed source; 180 has been sent already. */
  | { type: 'call-incoming'; call: CallId; caller: Caller; video: boolean }
  /** What is now negotiated; comes again when a re-INVITE changes it. Both null directions mean hold. */
  | { type: 'call-media'; call: CallId; audio: string | null; video: string | null; onHold: boolean }
  /** The dialog is confirmed (ACK came, or our INVITE got its 200): media can flow both ways. */
  | { type: 'call-established'; call: CallId }
  /** Always the last event of a call, exactly once. `detail` is for the log, e.g. `503 Service Unavailable`. */
  | { type: 'call-ended'; call: CallId; end: CallEnd; detail: string | null }
  /** The fate of a `sendCode`: the last end packet left, or the INFO got its 200; or it did not. */
  | { type: 'code'; call: CallId; lock: number; sent: boolean; detail: string | null };

/** The SIP account. Constructors do nothing; `start()` opens sockets, `stop()` leaves nothing open. */
export interface LinePort {
  start(): Promise<void>;
  /** Ends all calls, unregisters (bounded in time), closes everything. Idempotent. */
  stop(): Promise<void>;
  /** A person pressed "Try again": registers at once, even after a refusal. */
  retry(): void;
  answer(call: CallId): void;
  /** 486 Busy Here. */
  reject(call: CallId): void;
  hangup(call: CallId): void;
  /** Calls an address (`sip:...`, or a number at our server); events follow under the id returned. */
  dial(address: string): CallId;
  /** Sends a lock's code within a call; a `code` event tells its fate. */
  sendCode(call: CallId, lock: number, code: Code): void;
}

// ---- GPIO: src/gpio -------------------------------------------------------------------------

export type ChimePattern = 'off' | 'ringing';

/** What the LED says: off = not registered yet, slow = trouble, on = ready, fast = ringing, double = in a call. */
export type LedPattern = 'off' | 'on' | 'slow' | 'fast' | 'double';

/** What the lines report; debounced, `pressed` already accounts for active-low. */
export type GpioEvent =
  | { type: 'button'; edge: 'pressed' | 'released' }
  | { type: 'gpio'; state: 'working' | 'failed'; detail: string | null };

export interface GpioPort {
  /** Never throws for missing hardware: it reports `gpio failed` and tries again. */
  start(): Promise<void>;
  /** Outputs off, lines released. Idempotent. */
  stop(): Promise<void>;
  setChime(pattern: ChimePattern): void;
  setLed(pattern: LedPattern): void;
  /** Levels as they are now, logical (true = pressed, lit, sounding); null = not known or not there. */
  levels(): { button: boolean | null; led: boolean | null; chime: boolean | null };
}

// ---- the face: src/face ---------------------------------------------------------------------

/** What a person wants, by touch, from the control socket, from a browser. */
export type Intent =
  | { type: 'intent'; intent: 'answer' | 'decline' | 'hangup' | 'silence' | 'wake' | 'retry' | 'dismiss' }
  | { type: 'intent'; intent: 'open'; lock: number }
  | { type: 'intent'; intent: 'mute'; muted: boolean };

export type FaceEvent =
  | { type: 'face'; state: 'starting' | 'running' | 'failed' }
  /** The first picture of this call is on the screen. */
  | { type: 'first-frame'; call: CallId };

/** The clock the panel lives by; `src/system/clock.ts` has the real one. */
export interface PanelClock {
  wall(): number;
  steady(): number;
  after(ms: number, run: () => void): { cancel(): void };
}
