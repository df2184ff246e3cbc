// The algebra of media directions (RFC 3264, sections 5.1 and 6.1).
import type { Direction } from './media.js';

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

/** True where a direction, seen from us, lets us send. */
export const weSend = sends;

/** The direction made of its two halves. */
export function direction(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

/** What is left of `wish` when the far end describes the stream as `theirs` (as seen from them). */
export function agree(wish: Direction, theirs: Direction): Direction {
  return direction(sends(wish) && receives(theirs), receives(wish) && sends(theirs));
}
