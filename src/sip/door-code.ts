// How a lock's code leaves within a call: RFC 4733 events, SIP INFO, or both. It reports only what really happened.
import { KalitkaError, errorText } from '../system/errors.js';
import type { Code } from '../panel/ports.js';
import type { Call } from './call.js';

/** The fate of a code. */
export interface CodeFate {
  sent: boolean;
  /** Why not; null when it was sent. */
  detail: string | null;
}

const notSent = (detail: string): CodeFate => ({ sent: false, detail });
const sent: CodeFate = { sent: true, detail: null };

/** Sends a code; never rejects. With `rfc4733+info` one of the two is enough. */
export async function sendDoorCode(call: Call, code: Code): Promise<CodeFate> {
  if (call.ended || !call.negotiated) return notSent('the call is not connected');
  if (call.onHold) return notSent('the call is on hold');
  const events = call.negotiated.audio?.telephoneEvent != null;
  switch (code.mode) {
    case 'auto':
      return events ? byEvents(call, code) : byInfo(call, code);
    case 'rfc4733':
      return events ? byEvents(call, code) : notSent('the far end does not take RFC 4733 events');
    case 'info':
      return byInfo(call, code);
    case 'rfc4733+info': {
      const both = events ? [byEvents(call, code), byInfo(call, code)] : [byInfo(call, code)];
      const fates = await Promise.all(both);
      return fates.find((fate) => fate.sent) ?? fates[0] ?? notSent('nothing was sent');
    }
    case 'inband':
      return notSent('tones in the audio (inband) are not supported yet: use auto, rfc4733 or info');
  }
}

async function byEvents(call: Call, code: Code): Promise<CodeFate> {
  try {
    await call.media.sendDigits(code.digits, { durationMs: code.durationMs, gapMs: code.gapMs });
    return sent;
  } catch (error) {
    return notSent(error instanceof KalitkaError ? error.message : errorText(error));
  }
}

/** One INFO a digit; each has to be confirmed before the next leaves, and not sooner than the digit would last. */
async function byInfo(call: Call, code: Code): Promise<CodeFate> {
  for (const [i, digit] of Array.from(code.digits).entries()) {
    if (i > 0) await call.pause(code.durationMs + code.gapMs);
    if (call.ended) return notSent('the call ended before the code was sent');
    const body = `Signal=${digit}\r\nDuration=${code.durationMs}\r\n`;
    const status = await call.info('application/dtmf-relay', body);
    if (status < 200 || status > 299) return notSent(`the far end answered INFO with ${status}`);
  }
  return sent;
}

/** Reads an INFO body that carries a digit: `application/dtmf-relay` or `application/dtmf`; null for all else. */
export function readInfoDigit(
  contentType: string,
  body: string,
): { digit: string; durationMs: number | null } | null {
  const plain = /^application\/dtmf\s*(;|$)/i.test(contentType);
  if (!plain && !/^application\/dtmf-relay\s*(;|$)/i.test(contentType)) return null;
  const signal = plain
    ? /^\s*([0-9*#A-Da-d])\s*$/.exec(body)
    : /^\s*Signal\s*=\s*([0-9*#A-Da-d])\s*$/im.exec(body);
  if (!signal) return null;
  const duration = /^\s*Duration\s*=\s*(\d{1,5})\s*$/im.exec(body);
  return { digit: (signal[1] ?? '').toUpperCase(), durationMs: duration ? Number(duration[1]) : null };
}
