// Counts what was not taken from the network, and says so without letting a flood fill the log.
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Endpoint } from '../system/udp.js';

/** Why a datagram or a handler's work was given up. */
export type DropReason = 'stranger' | 'too-large' | 'malformed' | 'not-ours' | 'failed';

const minute = 60_000;
/** A flood from made-up addresses must not grow without end. */
const mostSources = 256;

/** One line a source, reason and minute; every drop is counted. */
export class Drops {
  readonly #counts = new Map<DropReason, number>();
  readonly #logged = new Map<string, number>();

  constructor(private readonly options: { clock: Clock; log: Log }) {}

  /** How many were dropped, by reason. */
  get counts(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.#counts);
  }

  /** @param detail for the log; never content from the network that has not been cut and cleaned */
  count(reason: DropReason, source: Endpoint | null, detail: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    const now = this.options.clock.steady();
    const key = `${reason}|${source?.address ?? ''}`;
    const last = this.#logged.get(key);
    if (last !== undefined && now - last < minute) return;
    if (last === undefined && this.#logged.size >= mostSources) {
      for (const [k, at] of this.#logged) if (now - at >= minute) this.#logged.delete(k);
      if (this.#logged.size >= mostSources) return;
    }
    this.#logged.set(key, now);
    const message = reason === 'failed' ? 'a SIP handler failed' : 'a SIP datagram was dropped';
    this.options.log.warn(message, {
      reason,
      source: source ? `${source.address} port ${source.port}` : null,
      detail,
    });
  }
}
