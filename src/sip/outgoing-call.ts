// A call that we place.
import type { Core, URI } from 'sip.js';
import { KalitkaError, errorText } from '../system/errors.js';
import type { Timer } from '../system/clock.js';
import type { CallEnd, Caller } from '../panel/ports.js';
import { readCaller } from './addresses.js';
import type { AuthorizationAttempt } from './authorizer.js';
import { Call } from './call.js';
import { transactionTimeout } from './sip-timers.js';
import { answerChallenge, sdpBody, statusText, type UserAgentContext } from './user-agent.js';

export interface DialOptions {
  /** Shown as the caller in place of our own name and address. */
  from?: { displayName: string; user: string };
  /** Lines to add to the INVITE. */
  headers?: readonly string[];
  /** INVITE without an offer: the far end offers in its 200 (RFC 3261, section 14.1). */
  offerless?: boolean;
}

/** How long we let it ring there, ms: RFC 3261, section 13.3.1.1 lets proxies give up after three minutes. */
const longestRinging = 180_000;

/** What a refusal means to a person. */
const endings = new Map<number, CallEnd>([
  [486, 'busy'],
  [600, 'busy'],
  [603, 'declined'],
  [480, 'unanswered'],
  [487, 'unanswered'],
]);

export class OutgoingCall extends Call {
  readonly direction = 'outgoing';
  readonly remote: Caller;
  readonly #uri: URI;
  readonly #options: DialOptions;
  #request: Core.OutgoingInviteRequest | null = null;
  #ringing: Timer | null = null;
  readonly #attempt: AuthorizationAttempt | null;
  #rang = false;
  #early = '';
  #final = false;

  constructor(agent: UserAgentContext, uri: URI, options: DialOptions) {
    super(agent);
    this.#uri = uri;
    this.#options = options;
    this.#attempt = agent.authorize();
    this.remote = readCaller(`<${uri.toRaw()}>`);
  }

  /** Opens the sockets and sends the INVITE. Called once, by the endpoint. */
  start(): void {
    this.#ringing = this.agent.clock.after(longestRinging, () => {
      this.agent.guard('giving up', () => this.leave());
      this.finish('unanswered', 'nobody answered in time');
    });
    this.open().then(
      () => {
        if (this.ended) return;
        const sent = this.agent.guard('INVITE', () => this.#invite([], 1, undefined));
        if (!sent) this.finish('failed', 'the call could not be placed');
      },
      (error: unknown) => this.finish('failed', errorText(error)),
    );
  }

  #invite(authorization: string[], cseq: number, before: Core.OutgoingRequestMessage | undefined): void {
    this.#final = false;
    const { core } = this.agent;
    const from = core.configuration.aor.clone();
    if (this.#options.from) from.user = this.#options.from.user;
    const message = core.makeOutgoingRequestMessage(
      'INVITE',
      this.#uri,
      from,
      this.#uri,
      {
        cseq,
        optionTags: [],
        ...(this.#options.from
          ? { fromDisplayName: this.#options.from.displayName.replace(/["\\]/g, '') }
          : {}),
        ...(before ? { callId: before.callId, fromTag: before.fromTag } : {}),
      },
      [
        this.agent.contactHeader(),
        this.agent.allowHeader,
        ...(this.#options.headers ?? []),
        ...authorization,
      ],
      this.#options.offerless ? undefined : sdpBody(this.descriptions.offer()),
    );
    this.#request = core.invite(message, {
      onProgress: (response) => void this.agent.guard('ringing', () => this.#progress(response)),
      onAccept: (response) => void this.agent.guard('200 to INVITE', () => this.#accepted(response)),
      onRedirect: ({ message: response }) =>
        void this.agent.guard('INVITE', () => this.#rejected(response, message, cseq)),
      onReject: ({ message: response }) =>
        void this.agent.guard('INVITE', () => this.#rejected(response, message, cseq)),
    });
  }

  #rejected(
    response: Core.IncomingResponseMessage,
    request: Core.OutgoingRequestMessage,
    cseq: number,
  ): void {
    this.#final = true;
    const again = this.ended ? null : answerChallenge(this.#attempt, response, request);
    if (again) this.#invite(again, cseq + 1, request);
    else this.finish(endings.get(response.statusCode ?? 0) ?? 'failed', statusText(response));
  }

  #progress(response: Core.PrackableIncomingResponseWithSession): void {
    if (this.ended) return;
    const body = response.message.body;
    if (body && this.descriptions.waiting && !this.#options.offerless) this.#earlyMedia(body);
    if (this.#rang) return;
    this.#rang = true;
    this.listener.ringing?.();
  }

  /** A preview of the answer, for the sound before it (RFC 3261, section 13.2.1); the 200 repeats or corrects it. */
  #earlyMedia(body: string): void {
    try {
      this.apply(this.descriptions.preview(body));
      this.#early = body;
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      this.agent.log.debug('early media passed over', { call: this.id, error: error.message });
    }
  }

  #accepted(response: Core.AckableIncomingResponseWithSession): void {
    this.#final = true;
    if (this.ended || this.session) {
      // hung up while the 200 was on its way, or a second branch of a fork answered: that one is ended at once
      response.ack();
      response.session.bye();
      return;
    }
    this.#ringing?.cancel();
    this.adopt(response.session);
    // some servers put the answer only into the 183
    const body = response.message.body || this.#early;
    try {
      if (this.#options.offerless) {
        const made = this.descriptions.answer(body);
        response.ack({ body: sdpBody(made.sdp) });
        this.apply(made.negotiated);
      } else {
        const negotiated = this.descriptions.accept(body);
        response.ack();
        this.apply(negotiated);
      }
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      response.ack();
      this.bye('SIP;cause=488;text="Not Acceptable Here"');
      this.finish('failed', error.message);
      return;
    }
    this.listener.established?.();
  }

  protected override leave(reason?: string): void {
    if (this.session) {
      this.bye(reason);
      return;
    }
    const request = this.#request;
    if (!request) return;
    request.cancel(reason);
    // RFC 3261, section 9.1: where neither a 487 nor anything else comes, the transaction is given up
    this.agent.clock.after(transactionTimeout, () => {
      if (!this.#final) this.#forget(request);
    });
  }

  /** sip.js keeps an INVITE that was ringing until its final response, for ever if need be. */
  #forget(request: Core.OutgoingInviteRequest): void {
    request.dispose();
    const clients: Map<string, unknown> = this.agent.core.userAgentClients;
    for (const [key, client] of clients) if (client === request) clients.delete(key);
  }

  protected override released(): void {
    this.#ringing?.cancel();
  }
}
