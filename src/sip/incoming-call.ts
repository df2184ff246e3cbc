// A call that comes in: 180 at once, then whatever the panel decides.
import type { Core } from 'sip.js';
import { errorText } from '../system/errors.js';
import type { Timer } from '../system/clock.js';
import type { Caller } from '../panel/ports.js';
import { readCaller, readUri } from './addresses.js';
import { Call } from './call.js';
import { sdpBody, type UserAgentContext } from './user-agent.js';
import type { Negotiated } from '../sdp/media.js';

/** How long it rings here before we give up, ms, unless the caller's Expires is shorter. */
const longestRinging = 120_000;

/** RFC 3326: somebody else answered. */
const elsewhere = /^\s*SIP\s*;(?:.*;)?\s*cause\s*=\s*200\b/i;

export class IncomingCall extends Call {
  readonly direction = 'incoming';
  readonly remote: Caller;
  /** The address that was called, `sip:user@host`. */
  readonly target: string;
  /** True when the offer has video that we can take; false also for an INVITE without an offer. */
  readonly video: boolean;
  readonly #request: Core.IncomingInviteRequest;
  #state: 'ringing' | 'answering' | 'answered' = 'ringing';
  #ringing: Timer | null = null;

  /**
   * @param target the Request-URI as it came
   * @param preview what would come of the offer; null where there was none
   */
  constructor(
    agent: UserAgentContext,
    request: Core.IncomingInviteRequest,
    options: { target: string; preview: Negotiated | null },
  ) {
    super(agent);
    this.#request = request;
    this.remote = readCaller(request.message.getHeader('from') ?? '');
    this.target = options.target;
    this.video = options.preview?.video !== null && options.preview !== null;
  }

  /** User part of the address that was called. */
  get dialled(): string {
    return readUri(this.target)?.user ?? '';
  }

  /** Sends 180 and begins to open the sockets, so that an answer is instant. Called once, by the endpoint. */
  ring(): void {
    const { session } = this.#request.progress({ statusCode: 180 });
    this.adopt(session);
    this.#request.delegate = {
      onCancel: (message) => void this.agent.guard('CANCEL', () => this.#cancelled(message)),
    };
    const expires = Number(this.#request.message.getHeader('expires') ?? NaN) * 1000;
    const limited = expires > 0 && expires < longestRinging;
    this.#ringing = this.agent.clock.after(limited ? expires : longestRinging, () =>
      this.#refuse(limited ? 487 : 480, 'unanswered', 'nobody answered in time'),
    );
  }

  /** Opens the sockets ahead of the answer. */
  prepare(): void {
    this.open().catch((error: unknown) => {
      this.#refuse(500, 'failed', errorText(error));
    });
  }

  /** Answers with 200 as soon as the sockets are open. */
  accept(): void {
    if (this.#state !== 'ringing' || this.ended) return;
    this.#state = 'answering';
    this.#ringing?.cancel();
    this.open().then(
      () => {
        if (this.ended) return;
        if (this.agent.guard('answering', () => this.#answer())) return;
        if (this.#state === 'answered') this.lost('answering failed');
        else this.#refuse(500, 'failed', 'answering failed');
      },
      (error: unknown) => this.#refuse(500, 'failed', errorText(error)),
    );
  }

  /** @param status 486 Busy Here, 603 Decline, ... */
  reject(status = 486): void {
    if (this.#state !== 'answered') this.#refuse(status, 'declined', null);
  }

  #answer(): void {
    const offer = this.#request.message.body;
    const made =
      offer === '' ? { sdp: this.descriptions.offer(), negotiated: null } : this.descriptions.answer(offer);
    const { session } = this.#request.accept({ statusCode: 200, body: sdpBody(made.sdp) });
    this.#state = 'answered';
    this.adopt(session);
    if (made.negotiated) this.apply(made.negotiated);
  }

  #established = false;

  protected override confirmed(): void {
    if (this.#established) return;
    this.#established = true;
    this.listener.established?.();
  }

  #cancelled(message: Core.IncomingRequestMessage): void {
    const answeredElsewhere = message.getHeaders('reason').some((reason) => elsewhere.test(reason));
    const text = message.getHeader('reason') ?? null;
    this.#refuse(
      487,
      answeredElsewhere ? 'elsewhere' : 'cancelled',
      text === null ? null : text.slice(0, 120),
    );
  }

  /** A BYE before the answer ends the call as a CANCEL would (RFC 3261, section 15.1.2). */
  protected override byeReceived(message: Core.IncomingRequestMessage): void {
    if (this.#state === 'answered') super.byeReceived(message);
    else this.#cancelled(message);
  }

  #refuse(
    status: number,
    end: 'cancelled' | 'elsewhere' | 'declined' | 'unanswered' | 'failed',
    detail: string | null,
  ): void {
    if (this.ended) return;
    this.agent.guard('refusing a call', () => this.#request.reject({ statusCode: status }));
    this.finish(end, detail);
  }

  protected override leave(reason?: string): void {
    if (this.#state === 'answered') this.bye(reason);
    else this.#request.reject({ statusCode: 486 });
  }

  protected override released(): void {
    this.#ringing?.cancel();
  }
}
