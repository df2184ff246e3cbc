// One call, whoever began it: everything that happens inside its dialog, and its one and only end.
import { Core } from 'sip.js';
import { KalitkaError, errorText } from '../system/errors.js';
import type { Timer } from '../system/clock.js';
import type { CallMedia, LocalMedia, Negotiated } from '../sdp/media.js';
import type { CallEnd, Caller } from '../panel/ports.js';
import { randomToken } from './random.js';
import { SessionDescriptions } from './session-description.js';
import { stopRepeatingAccept, transactionTimeout } from './sip-timers.js';
import type { CallListener, SessionChange } from './call-listener.js';
import { Waiting } from './waiting.js';
import { requestWithin } from './in-dialog-request.js';
import { sdpBody, statusText, type UserAgentContext } from './user-agent.js';

/** INFO bodies that we answer 200 even if nobody listens: refusing them would only fill logs at the far end. */
const harmlessInfo = /^application\/(dtmf-relay|dtmf|media_control\+xml)\b/i;

/** The shared half of incoming and outgoing calls. */
export abstract class Call {
  /** Ours, not the Call-ID: two branches of one call are two calls. */
  readonly id: string;
  abstract readonly direction: 'incoming' | 'outgoing';
  abstract readonly remote: Caller;
  readonly media: CallMedia;
  listener: CallListener = {};

  protected session: Core.Session | null = null;
  protected readonly descriptions: SessionDescriptions;
  #local: LocalMedia | null = null;
  #opening: Promise<LocalMedia> | null = null;
  #negotiated: Negotiated | null = null;
  #ended = false;
  #byeWanted: string | null = null;
  #farewell: (() => void) | null = null;
  #ackTimer: Timer | null = null;
  /** Those who wait for something within the call: its end wakes them. */
  readonly #waiting = new Waiting();

  constructor(protected readonly agent: UserAgentContext) {
    this.id = randomToken(agent.random, 12);
    this.media = agent.createMedia(this.id);
    this.descriptions = new SessionDescriptions(agent);
  }

  /** What is negotiated now; null before the first answer. */
  get negotiated(): Negotiated | null {
    return this.#negotiated;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** True where the far end put us on hold: it takes no audio from us. */
  get onHold(): boolean {
    const way = this.#negotiated?.audio?.direction;
    return way === 'recvonly' || way === 'inactive';
  }

  /**
   * Ends the call by whatever fits its state: BYE, CANCEL or 486. The end is reported at once.
   * @param reason value of a Reason header (RFC 3326)
   */
  hangup(reason?: string): void {
    if (this.#ended) return;
    this.agent.guard('hanging up', () => this.leave(reason));
    this.finish('local', null);
  }

  /** The call is lost (socket gone, program stopping): nothing is sent. */
  fail(detail: string): void {
    this.finish('failed', detail);
  }

  /**
   * Sends an INFO (RFC 6086). The promise never rejects.
   * @returns the final status; 408 for silence, 481 where there is no dialog
   */
  info(contentType: string, body: string): Promise<number> {
    return this.#waiting.until(481, (resolve) => {
      const { session } = this;
      const content: Core.Body = { contentDisposition: 'render', contentType, content: body };
      const sent =
        session &&
        requestWithin(this.agent, {
          what: 'INFO',
          issue: (extraHeaders, delegate) => session.info(delegate, { extraHeaders, body: content }),
          final: (message) => {
            const status = message.statusCode ?? 408;
            resolve(status);
            // RFC 3261, section 12.2.1.2: the far end has lost the dialog
            if (status === 481) this.lost(statusText(message));
          },
        });
      if (!sent) resolve(481);
    });
  }

  /**
   * Changes the session by a re-INVITE. The promise never rejects.
   * @returns the final status: 200 when the change is in force, 488 also for an answer that cannot be used
   */
  reinvite(change: SessionChange): Promise<number> {
    return this.#waiting.until(481, (resolve) => {
      const { session } = this;
      const local = change.local ?? this.#local;
      if (!session || !local) {
        resolve(481);
        return;
      }
      // RFC 3261, section 14.1: not while another exchange is under way, in either direction
      if (this.descriptions.waiting || this.#ackTimer) {
        resolve(491);
        return;
      }
      const started = this.agent.guard('re-INVITE', () => {
        this.descriptions.setLocal(local, change.hold);
        const body = sdpBody(this.descriptions.offer(change.capabilities));
        this.#sendReinvite(session, body, (status) => {
          if (status === 200) this.#local = local;
          resolve(status);
        });
      });
      if (!started) {
        this.descriptions.rollback();
        resolve(491);
      }
    });
  }

  #sendReinvite(session: Core.Session, body: Core.Body, resolve: (status: number) => void): void {
    const { agent } = this;
    const sent = requestWithin(agent, {
      what: 're-INVITE',
      issue: (headers, delegate) =>
        session.invite(
          {
            ...delegate,
            onAccept: (response) =>
              void agent.guard('re-INVITE', () => {
                response.ack();
                resolve(this.#takeAnswer(response.message.body) ? 200 : 488);
              }),
          },
          { extraHeaders: [agent.contactHeader(), agent.allowHeader, ...headers], body },
        ),
      final: (message) => {
        this.descriptions.rollback();
        const status = message.statusCode ?? 408;
        resolve(status);
        if (status === 481 || status === 408) this.lost(statusText(message));
      },
    });
    if (sent) return;
    this.descriptions.rollback();
    resolve(491);
  }

  /** Waits so many ms, but not longer than the call lasts. */
  async pause(ms: number): Promise<void> {
    let timer: Timer | null = null;
    await this.#waiting.until(null, (resolve: (done: null) => void) => {
      timer = this.agent.clock.after(ms, () => resolve(null));
    });
    (timer as Timer | null)?.cancel();
  }

  /** Opens the sockets, once. */
  protected open(): Promise<LocalMedia> {
    this.#opening ??= this.media.open(this.agent.address).then((local) => {
      this.#local = local;
      this.descriptions.setLocal(local);
      return local;
    });
    return this.#opening;
  }

  /** Tells the far end that it is over, before there is a confirmed dialog too. */
  protected abstract leave(reason?: string): void;

  /** Puts an outcome into force. */
  protected apply(negotiated: Negotiated): void {
    if (this.#ended) return;
    this.#negotiated = negotiated;
    // a dialog must not be left half made because media failed
    this.agent.guard('media', () => {
      this.media.apply(negotiated);
      this.listener.media?.(negotiated);
    });
  }

  /** Takes charge of a dialog. */
  protected adopt(session: Core.Session): void {
    this.session = session;
    session.delegate = {
      onAck: ({ message }) => {
        stopRepeatingAccept(session);
        this.agent.guard('ACK', () => this.#acknowledged(message.body));
      },
      onAckTimeout: () =>
        void this.agent.guard('ACK', () => {
          this.#sendBye();
          this.finish('failed', 'the far end did not confirm the call');
        }),
      onBye: (request) =>
        void this.agent.guard('BYE', () => {
          request.accept();
          this.byeReceived(request.message);
        }),
      onInfo: (request) => void this.agent.guard('INFO', () => this.#infoReceived(request)),
      onInvite: (request) => void this.agent.guard('re-INVITE', () => this.#reinvited(request)),
    };
  }

  protected byeReceived(_message: Core.IncomingRequestMessage): void {
    this.finish('remote', null);
  }

  /** BYE, as soon as the dialog allows it (RFC 3261, section 15: not before the ACK). */
  protected bye(reason?: string): void {
    this.#byeWanted = reason ?? '';
    const waits = this.session?.sessionState === Core.SessionState.AckWait;
    if (waits) this.agent.farewell(new Promise<void>((done) => (this.#farewell = done)));
    else this.#sendBye();
  }

  /** The far end no longer knows the dialog, or does not answer in it. */
  protected lost(detail: string): void {
    if (this.#ended) return;
    this.bye();
    this.finish('failed', detail);
  }

  /** The end, whatever happens after it. */
  protected finish(end: CallEnd, detail: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ackTimer?.cancel();
    this.released();
    const opened = this.#opening ?? Promise.resolve();
    this.agent.ended(this.id);
    this.#waiting.end();
    this.agent.closing(
      opened
        .catch(() => undefined)
        .then(() => this.media.close())
        .catch((error: unknown) => {
          this.agent.log.warn('closing media failed', { call: this.id, error: errorText(error) });
        }),
    );
    this.listener.ended?.(end, detail);
  }

  /** Cancels what a subclass still has running. */
  protected abstract released(): void;

  #sendBye(): void {
    const session = this.session;
    if (!session || session.sessionState === Core.SessionState.Terminated) return;
    const reason = this.#byeWanted ? [`Reason: ${this.#byeWanted}`] : [];
    const done = new Promise<void>((resolve) => {
      const sent = requestWithin(this.agent, {
        what: 'BYE',
        issue: (headers, delegate) => session.bye(delegate, { extraHeaders: [...reason, ...headers] }),
        final: () => resolve(),
      });
      if (!sent) resolve();
    });
    this.agent.farewell(done.then(() => this.#farewell?.()));
  }

  #acknowledged(body: string): void {
    this.#ackTimer?.cancel();
    this.#ackTimer = null;
    if (this.#byeWanted !== null) {
      this.#sendBye();
      return;
    }
    if (this.descriptions.waiting && !this.#takeAnswer(body)) return;
    this.confirmed();
  }

  /** The ACK came. */
  protected confirmed(): void {
    // a re-INVITE changes nothing about the call being established
  }

  #takeAnswer(body: string): boolean {
    try {
      this.apply(this.descriptions.accept(body));
      return true;
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      // an answer cannot be refused any more: only the call can be ended
      this.#byeWanted ??= 'SIP;cause=488;text="Not Acceptable Here"';
      this.#sendBye();
      this.finish('failed', error.message);
      return false;
    }
  }

  #infoReceived(request: Core.IncomingRequestMessage | Core.IncomingInfoRequest): void {
    const info = request as Core.IncomingInfoRequest;
    const type = info.message.getHeader('content-type') ?? '';
    const taken = this.listener.info?.(type, info.message.body) ?? false;
    if (taken || type === '' || harmlessInfo.test(type)) info.accept();
    else info.reject({ statusCode: 415, extraHeaders: ['Accept: application/dtmf-relay, application/dtmf'] });
  }

  #reinvited(request: Core.IncomingInviteRequest): void {
    const offer = request.message.body;
    const headers = [this.agent.contactHeader(), this.agent.allowHeader];
    let negotiated: Negotiated | null = null;
    let sdp: string;
    try {
      if (offer === '') sdp = this.descriptions.offer();
      else ({ sdp, negotiated } = this.descriptions.answer(offer));
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      request.reject({ statusCode: 488 });
      return;
    }
    request.accept({ statusCode: 200, extraHeaders: headers, body: sdpBody(sdp) });
    // sip.js repeats the 200 but says nothing when no ACK ever comes
    this.#ackTimer?.cancel();
    this.#ackTimer = this.agent.clock.after(transactionTimeout, () => {
      this.agent.guard('re-INVITE', () => this.lost('the far end did not confirm a change of the call'));
    });
    if (negotiated) this.apply(negotiated);
  }
}
