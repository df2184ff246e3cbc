// What calls and registrations need of the user agent they belong to; implemented by `SipEndpoint`.
import type { Core } from 'sip.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Capabilities } from '../sdp/capabilities.js';
import type { CallMedia } from '../sdp/media.js';
import type { AuthorizationAttempt } from './authorizer.js';

export interface UserAgentContext {
  readonly core: Core.UserAgentCore;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly capabilities: Capabilities;
  /** Our address, as media has to bind it. */
  readonly address: string;
  /** `Contact: <sip:...>`, as it is now. */
  contactHeader(): string;
  /** `Allow: ...` */
  readonly allowHeader: string;
  createMedia(call: string): CallMedia;
  /** Begins to answer challenges; null where there are no credentials. */
  authorize(): AuthorizationAttempt | null;
  /** Runs a handler; what it throws is counted and logged. False when it threw. */
  guard(what: string, run: () => void): boolean;
  /** A call has ended: its id is free. */
  ended(call: string): void;
  /** A BYE that waits for its answer; must not reject. */
  farewell(work: Promise<void>): void;
  /** Media that is being closed; must not reject. */
  closing(work: Promise<void>): void;
}

/** The headers with which a challenged request may be sent again; null where it must not. */
export function answerChallenge(
  attempt: AuthorizationAttempt | null,
  response: Core.IncomingResponseMessage,
  request: Core.OutgoingRequestMessage,
): string[] | null {
  const status = response.statusCode ?? 0;
  if (!attempt || (status !== 401 && status !== 407)) return null;
  const name = status === 401 ? 'www-authenticate' : 'proxy-authenticate';
  return attempt.answer(
    { status, challenges: response.getHeaders(name) },
    { method: request.method, uri: request.ruri.toRaw(), body: request.body?.body ?? '' },
  );
}

/** `486 Busy Here`: a response for a log line. */
export function statusText(response: Core.IncomingResponseMessage): string {
  return `${response.statusCode ?? 0} ${(response.reasonPhrase ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}`.trim();
}

/** A session description as sip.js carries it. */
export function sdpBody(content: string): Core.Body {
  return { contentDisposition: 'session', contentType: 'application/sdp', content };
}
