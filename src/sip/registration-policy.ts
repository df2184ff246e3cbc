// What a panel does about the answers of its registrar: pure decisions, no time and no network.
import type { LineReason } from '../panel/ports.js';
import type { RegisterResult } from './register-client.js';

/** What one attempt came to. Times in s. */
export type Outcome =
  | { type: 'registered'; expires: number }
  /** The interval was too short: ask again, at once, for this many seconds. */
  | { type: 'too-brief'; expires: number }
  /** Try again after a back-off, not before `notBefore`. */
  | { type: 'failed'; reason: LineReason; notBefore: number }
  /** Do not try again by yourself soon: providers block addresses. */
  | { type: 'refused'; reason: 'wrong-password' | 'forbidden' | 'unknown-account' };

/** A server that asks for more patience than this is asked again all the same, s. */
const longestRetryAfter = 3600;

/** Reads the final response to a REGISTER (RFC 3261, section 10.2; RFC 3261, section 21). */
export function judge(result: RegisterResult): Outcome {
  const { status } = result;
  if (!result.answered) return failed(status === 408 ? 'no-answer' : 'server-not-found');
  if (status >= 200 && status < 300) {
    return result.expires > 0 ? { type: 'registered', expires: result.expires } : failed('server-error');
  }
  if (status === 423 && result.minExpires) return { type: 'too-brief', expires: result.minExpires };
  if (status === 401 || status === 407) {
    // not challenged in a way we know, or not able to answer: no password was tried
    return result.authorized ? { type: 'refused', reason: 'wrong-password' } : failed('server-error');
  }
  if (status === 403) return { type: 'refused', reason: 'forbidden' };
  if (status === 404 || status === 410 || status === 604)
    return { type: 'refused', reason: 'unknown-account' };
  if (status === 408) return failed('no-answer', result.retryAfter);
  return failed('server-error', result.retryAfter);
}

function failed(reason: LineReason, retryAfter: number | null = null): Outcome {
  return { type: 'failed', reason, notBefore: Math.min(retryAfter ?? 0, longestRetryAfter) };
}

/**
 * How long to wait after a failure, s: 1, 2, 4 ... 60, each shortened by up to a half so that a street of panels does
 * not come back in step after a power cut. A missing network is looked for more often: looking costs nothing.
 * @param failures in a row, this one included
 */
export function backoff(failures: number, reason: LineReason, random: () => number): number {
  const longest = reason === 'no-network' ? 10 : 60;
  return Math.max(1, Math.min(longest, 2 ** Math.min(failures - 1, 10)) * (1 - random() / 2));
}

/** When to register again, s: at 50 to 80 % of what was granted, but never in a storm. */
export function refreshAfter(expires: number, random: () => number): number {
  return Math.max(2, expires * (0.5 + random() * 0.3));
}

/**
 * When to try again by ourselves after a refusal, s; null never. A wrong password does not mend itself, and every
 * further try brings the provider's block nearer. The others may have been the server's trouble: half an hour, then
 * twice as long each time up to six hours.
 * @param refusals in a row, this one included
 */
export function refusedRetryAfter(reason: LineReason, refusals: number): number | null {
  if (reason === 'wrong-password') return null;
  return Math.min(1800 * 2 ** Math.min(refusals - 1, 10), 6 * 3600);
}
