// The payload of DTMF digits as RFC 4733 events, as pure functions.

/** One event packet's payload (RFC 4733, section 2.3). */
export interface TelephoneEvent {
  /** 0-15 are the DTMF digits `0-9*#A-D`; others exist. */
  event: number;
  /** The event is over. */
  end: boolean;
  /** Power below 0 dBm0: 0-63, in -dBm0. */
  volume: number;
  /** Since the event's beginning, in ticks of the stream's clock; 16 bits. */
  duration: number;
}

export const TELEPHONE_EVENT_LENGTH = 4;

const DIGITS = '0123456789*#ABCD';

/** The event of a digit, or null where it is no DTMF digit (RFC 4733, table 3). */
export function eventOfDigit(digit: string): number | null {
  const event = digit.length === 1 ? DIGITS.indexOf(digit) : -1;
  return event < 0 ? null : event;
}

/** The digit of an event, or null where it is not a DTMF digit (hook flash, tones). */
export function digitOfEvent(event: number): string | null {
  return DIGITS[event] ?? null;
}

/** Reads a payload; null where it is too short. More bytes than one event needs are ignored. */
export function parseTelephoneEvent(data: Buffer, start = 0, end = data.length): TelephoneEvent | null {
  if (end - start < TELEPHONE_EVENT_LENGTH) return null;
  const flags = data.readUInt8(start + 1);
  return {
    event: data.readUInt8(start),
    end: (flags & 0x80) !== 0,
    volume: flags & 0x3f,
    duration: data.readUInt16BE(start + 2),
  };
}

/** Writes a payload of four bytes. */
export function buildTelephoneEvent(event: TelephoneEvent): Buffer {
  const data = Buffer.alloc(TELEPHONE_EVENT_LENGTH);
  data.writeUInt8(event.event, 0);
  data.writeUInt8((event.end ? 0x80 : 0) | event.volume, 1);
  data.writeUInt16BE(event.duration, 2);
  return data;
}
