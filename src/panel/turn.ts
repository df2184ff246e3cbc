// One step of the panel in the making: the verbs that the transition table is written in.
import type { CallEnd, CallId, Caller, Moment } from './ports.js';
import type {
  CallData,
  CallState,
  Effect,
  PanelOptions,
  PanelState,
  TimerName,
  VisitOutcome,
} from './state.js';
import type { Notice } from './view.js';

/** How long a notice stays, a door shows what became of its code, and a farewell may take, ms. */
export const NOTICE_MS = 4000;
export const DOOR_MS = 4000;
export const ENDING_MS = 2000;

/** A step in the making. */
export class Turn {
  readonly effects: Effect[] = [];

  constructor(
    public state: PanelState,
    readonly now: Moment,
    private readonly options: PanelOptions,
  ) {}

  /** The call we are busy with. */
  get current(): CallData | null {
    return this.state.call.state === 'idle' ? null : this.state.call;
  }

  set(change: Partial<PanelState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Changes the call's data, keeping its state; only where something really changes. */
  amend(change: Partial<CallData>): void {
    const call = this.state.call;
    if (call.state === 'idle') return;
    if (Object.entries(change).every(([key, value]) => call[key as keyof CallData] === value)) return;
    this.set({ call: { ...call, ...change } });
  }

  private move(state: Exclude<CallState, 'idle'>, change: Partial<CallData> = {}): void {
    const call = this.state.call;
    if (call.state !== 'idle') this.set({ call: { ...call, since: this.now, ...change, state } });
  }

  // ---- screen -------------------------------------------------------------------------------

  wake(): void {
    if (!this.state.awake) this.set({ awake: true });
    if (this.state.call.state === 'idle' && this.options.sleepAfterMs > 0)
      this.start('sleep', this.options.sleepAfterMs);
  }

  notice(notice: Notice | null): void {
    if (notice) this.start('notice', NOTICE_MS);
    else this.cancel('notice');
    this.set({ notice });
  }

  // ---- calls --------------------------------------------------------------------------------

  private begin(
    state: 'ringing' | 'calling',
    data: Pick<CallData, 'id' | 'caller' | 'incoming' | 'video'>,
  ): void {
    this.cancel('sleep');
    if (this.state.notice) this.notice(null);
    const fresh = { picture: false, muted: false, silenced: false, onHold: false, hangUpAfterCode: false };
    const when = { began: this.now, since: this.now, answered: null };
    this.set({
      awake: true,
      call: { state, ...data, ...fresh, ...when, openWhenEstablished: null, opened: [], ending: null },
    });
  }

  ring(id: CallId, caller: Caller, video: boolean): void {
    this.begin('ringing', { id, caller, incoming: true, video });
  }

  /** Calls a lock's own address, where it has one, for nothing but its code. */
  dial(lock: number): void {
    const { dial, name } = this.options.locks[lock] ?? {};
    if (dial === undefined || dial === null || name === undefined) return;
    this.begin('calling', { id: '', caller: { name, uri: dial }, incoming: false, video: false });
    this.openLater(lock);
    this.amend({ hangUpAfterCode: true });
    this.effects.push({ type: 'dial', address: dial });
  }

  /** A second caller: refused, shown, remembered. */
  refuse(call: CallId, caller: Caller): void {
    this.effects.push({ type: 'reject', call });
    this.set({ missed: this.state.missed + 1 });
    this.visit(this.now, caller, 'busy');
    this.notice({ kind: 'busy', caller });
  }

  answer(lock: number | null): void {
    const call = this.current;
    if (!call || (lock !== null && !this.options.locks[lock])) return;
    this.effects.push({ type: 'answer', call: call.id });
    this.move('answering');
    if (lock === null) return;
    this.openLater(lock);
    this.amend({ hangUpAfterCode: true });
  }

  established(): void {
    const lock = this.current?.openWhenEstablished ?? null;
    this.move('talking', { answered: this.now, openWhenEstablished: null });
    if (lock !== null) this.transmit(lock);
  }

  /** Somebody is there after all: the call stays until a person ends it. */
  stay(): void {
    this.amend({ hangUpAfterCode: false });
    this.cancel('hang-up');
  }

  /** We end the call; the line will say when it is over. */
  end(how: 'reject' | 'hang-up', ending: CallEnd): void {
    const call = this.current;
    if (!call) return;
    this.cancel('hang-up');
    this.effects.push({ type: how, call: call.id });
    this.move('ending', { ending });
    this.start('ending', ENDING_MS);
  }

  /** The line says that the call is over. */
  ended(end: CallEnd): void {
    const call = this.current;
    if (!call) return;
    const why = call.ending ?? end;
    this.close(why);
    // what a person did needs no telling, nor does a ring that stopped: the missed call is on the screen
    const known = why === 'local' || why === 'declined' || (why === 'cancelled' && call.incoming);
    if (!known && this.state.notice?.kind !== 'door-failed')
      this.notice({ kind: 'call-ended', end: why, caller: call.caller });
  }

  /** Back to idle, with the books closed. `end`: what the line said; else what we did ourselves. */
  close(end?: CallEnd): void {
    const call = this.current;
    if (!call) return;
    this.cancel('ending');
    this.cancel('hang-up');
    if (call.openWhenEstablished !== null) this.codeFate(call.openWhenEstablished, false);
    this.state.doors.forEach((door, lock) => {
      if (door.state === 'sending') this.codeFate(lock, false);
    });
    const outcome = outcomeOf(call, end ?? call.ending ?? 'failed');
    if (call.incoming) this.visit(call.began, call.caller, outcome, call);
    this.set({
      call: { state: 'idle' },
      missed: this.state.missed + (call.incoming && outcome === 'missed' ? 1 : 0),
    });
    if (this.options.sleepAfterMs > 0) this.start('sleep', this.options.sleepAfterMs);
  }

  // ---- doors --------------------------------------------------------------------------------

  /** A code asked for before media can flow. */
  openLater(lock: number): void {
    if (!this.options.locks[lock] || this.current?.openWhenEstablished === lock) return;
    this.amend({ openWhenEstablished: lock });
    this.door(lock, 'sending');
  }

  /** A code asked for while talking; one that is on its way already is not sent twice. */
  sendCode(lock: number): void {
    if (this.state.doors[lock]?.state !== 'sending') this.transmit(lock);
  }

  private transmit(lock: number): void {
    const call = this.current;
    const code = this.options.locks[lock]?.code;
    if (!call || !code) return;
    this.effects.push({ type: 'send-code', call: call.id, lock, code });
    this.door(lock, 'sending');
  }

  /** The code left, or did not. */
  codeFate(lock: number, sent: boolean): void {
    const call = this.current;
    if (!call || this.state.doors[lock]?.state !== 'sending') return;
    this.door(lock, sent ? 'sent' : 'failed');
    this.notice({ kind: sent ? 'door-sent' : 'door-failed', lock });
    if (sent) this.amend({ opened: [...call.opened, lock] });
    if (call.hangUpAfterCode && this.state.call.state === 'talking')
      this.start('hang-up', this.options.hangUpAfterMs);
  }

  door(lock: number, state: PanelState['doors'][number]['state']): void {
    if (!this.state.doors[lock]) return;
    this.set({ doors: this.state.doors.map((door, i) => (i === lock ? { state, at: this.now } : door)) });
    if (state === 'sent' || state === 'failed') this.start(`door-${lock}`, DOOR_MS);
    else this.cancel(`door-${lock}`);
  }

  // ---- timers and the log ---------------------------------------------------------------------

  private start(timer: TimerName, ms: number): void {
    this.effects.push({ type: 'start-timer', timer, ms });
  }

  cancel(timer: TimerName): void {
    this.effects.push({ type: 'cancel-timer', timer });
  }

  private visit(at: Moment, caller: Caller, outcome: VisitOutcome, call?: CallData): void {
    const durationMs = call?.answered ? this.now.steady - call.answered.steady : 0;
    const opened = (call?.opened ?? []).map((lock) => this.options.locks[lock]?.name ?? '');
    this.effects.push({ type: 'visit', visit: { at: at.wall, caller, outcome, durationMs, opened } });
  }
}

function outcomeOf(call: CallData, end: CallEnd): VisitOutcome {
  if (call.answered) return 'answered';
  if (end === 'elsewhere') return 'elsewhere';
  return call.ending === 'declined' ? 'declined' : 'missed';
}
