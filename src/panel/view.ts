// The view model: all that the face needs to draw the panel. Immutable, whole, plain JSON.
import type { CallEnd, CallId, Caller, LineReason, LineState, Moment } from './ports.js';

export type DoorState = 'closed' | 'sending' | 'sent' | 'failed';

export interface DoorView {
  name: string;
  state: DoorState;
  /** When that state began; null for a door never touched. */
  at: Moment | null;
}

export interface CallView {
  id: CallId;
  phase: 'ringing' | 'calling' | 'answering' | 'talking' | 'ending';
  caller: Caller;
  /** When this phase began. */
  since: Moment;
  /** The far end has offered, or sends, a picture. */
  video: boolean;
  /** A picture of this call has been on the screen. */
  picture: boolean;
  muted: boolean;
  /** The chime was silenced, the call still rings. */
  silenced: boolean;
  /** The far end has put us on hold. */
  onHold: boolean;
}

/** Something worth telling for a few seconds. */
export type Notice =
  | { kind: 'door-sent'; lock: number }
  | { kind: 'door-failed'; lock: number }
  /** Another caller got 486 while we talked. */
  | { kind: 'busy'; caller: Caller }
  | { kind: 'call-ended'; end: CallEnd; caller: Caller };

export interface View {
  /** The screen is lit. */
  awake: boolean;
  line: { state: LineState; reason: LineReason | null };
  call: CallView | null;
  doors: readonly DoorView[];
  notice: Notice | null;
  /** Calls nobody answered since a person last looked. */
  missed: number;
}
