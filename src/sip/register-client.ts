// One REGISTER after the other for one account, challenges answered (RFC 3261, section 10.2).
import { isIP } from 'node:net';
import type { Core, URI } from 'sip.js';
import type { Endpoint } from '../system/udp.js';
import { parameter, readNameAddress, readUri } from './addresses.js';
import { splitList } from './message.js';
import { answerChallenge, statusText, type UserAgentContext } from './user-agent.js';
import { readVia } from './via.js';

/** What came of a REGISTER. */
export interface RegisterResult {
  /** The final status; 408 for silence. */
  status: number;
  /** For a log line. */
  text: string;
  /** True when a response came over the network, false when nobody answered. */
  answered: boolean;
  /** True when credentials were sent: a 401 then means that they are wrong. */
  authorized: boolean;
  /** s, as granted; 0 after unregistering. */
  expires: number;
  /** Where the server saw us (RFC 3581); null where it did not say. */
  seen: Endpoint | null;
  /** Min-Expires of a 423, s. */
  minExpires: number | null;
  /** Retry-After, s. */
  retryAfter: number | null;
}

/** The registration of one contact: one Call-ID, CSeq going up. */
export class RegisterClient {
  #cseq = 0;
  #callId: string | undefined;
  #fromTag: string | undefined;
  readonly #pending = new Set<() => void>();

  constructor(private readonly options: { agent: UserAgentContext; registrar: URI; contactUser: string }) {}

  /**
   * Registers, or unregisters with `expires` 0. The promise never rejects. At most two copies carry credentials.
   * @param expires s
   * @param instead an earlier contact URI of ours that this one replaces
   */
  register(expires: number, instead?: string): Promise<RegisterResult> {
    const { agent, registrar } = this.options;
    const attempt = agent.authorize();
    return new Promise((settle) => {
      const abandon = (): void => resolve(this.#unsent());
      const resolve = (result: RegisterResult): void => {
        this.#pending.delete(abandon);
        settle(result);
      };
      this.#pending.add(abandon);
      const send = (authorization: string[]): void => {
        const { core } = agent;
        const { aor } = core.configuration;
        const message = core.makeOutgoingRequestMessage(
          'REGISTER',
          registrar,
          aor,
          aor,
          {
            cseq: ++this.#cseq,
            optionTags: [],
            ...(this.#callId === undefined ? {} : { callId: this.#callId }),
            ...(this.#fromTag === undefined ? {} : { fromTag: this.#fromTag }),
          },
          [
            `${agent.contactHeader()};expires=${expires}`,
            ...(instead === undefined ? [] : [`Contact: <${instead}>;expires=0`]),
            `Expires: ${expires}`,
            agent.allowHeader,
            ...authorization,
          ],
        );
        this.#callId = message.callId;
        this.#fromTag = message.fromTag;
        const final = (response: Core.IncomingResponse): void => {
          const again = answerChallenge(attempt, response.message, message);
          if (again && agent.guard('REGISTER', () => send(again))) return;
          resolve(this.#read(response.message, expires, attempt?.tried ?? false));
        };
        core.register(message, { onAccept: final, onRedirect: final, onReject: final });
      };
      if (!agent.guard('REGISTER', () => send([]))) resolve(this.#unsent());
    });
  }

  /** The socket is gone: nobody waits for an answer any more. */
  stop(): void {
    for (const abandon of [...this.#pending]) abandon();
  }

  #read(message: Core.IncomingResponseMessage, asked: number, authorized: boolean): RegisterResult {
    const via = readVia(message.getHeader('via') ?? '');
    const rport = Number(via?.rport ?? '');
    return {
      status: message.statusCode ?? 408,
      text: statusText(message),
      // sip.js makes up a 408 or 503 without headers when nothing came
      answered: message.hasHeader('via'),
      authorized,
      expires: this.#granted(message, asked),
      seen:
        via?.received && isIP(via.received) !== 0 && rport > 0 && rport < 65_536
          ? { address: via.received, port: rport }
          : null,
      minExpires: seconds(message.getHeader('min-expires')),
      retryAfter: seconds(message.getHeader('retry-after')),
    };
  }

  /**
   * What the registrar granted our contact. It may have rewritten host and port (NAT), so that we look for the user
   * part, which nobody else has.
   */
  #granted(message: Core.IncomingResponseMessage, asked: number): number {
    const contacts = message
      .getHeaders('contact')
      .flatMap(splitList)
      .flatMap((value) => readNameAddress(value) ?? []);
    const own = contacts.find((contact) => readUri(contact.uri)?.user === this.options.contactUser);
    const contact = own ?? (contacts.length === 1 ? contacts[0] : undefined);
    const granted = contact ? seconds(parameter(contact.parameters, 'expires') ?? undefined) : null;
    return granted ?? seconds(message.getHeader('expires')) ?? asked;
  }

  #unsent(): RegisterResult {
    const nothing = { expires: 0, seen: null, minExpires: null, retryAfter: null };
    return { status: 503, text: 'not sent', answered: false, authorized: false, ...nothing };
  }
}

/** Delta seconds, a comment or parameters behind them passed over (RFC 3261, section 20.33). */
function seconds(text: string | undefined): number | null {
  const match = /^\s*(\d{1,9})/.exec(text ?? '');
  return match ? Number(match[1]) : null;
}
