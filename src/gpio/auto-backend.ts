// Takes whichever way to GPIO this machine has.
import { errorText, KalitkaError } from '../system/errors.js';
import type { LineHandlers, Lines, LinesBackend, LineSettings } from './lines.js';

/** Codes that mean: not by this way. Any other failure means: the right way, but something is wrong there. */
const NOT_HERE = new Set(['GPIO_NO_CHIP', 'GPIO_NO_SYSFS', 'GPIO_NO_ONOFF', 'HW_NO_ADDON']);

/** Tries backends in turn, at each opening anew. */
export class AutoBackend implements LinesBackend {
  readonly #backends: readonly LinesBackend[];

  /** @param backends the best first */
  constructor(backends: readonly LinesBackend[]) {
    this.#backends = backends;
  }

  /** @throws KalitkaError `GPIO_NONE` where no backend finds a chip it knows, else what the backend throws */
  async open(settings: LineSettings, handlers: LineHandlers): Promise<Lines> {
    const reasons: string[] = [];
    for (const backend of this.#backends) {
      try {
        return await backend.open(settings, handlers);
      } catch (error) {
        if (!(error instanceof KalitkaError && NOT_HERE.has(error.code))) throw error;
        reasons.push(errorText(error));
      }
    }
    throw new KalitkaError('GPIO_NONE', `no button, LED and chime here: ${reasons.join('; ')}`);
  }
}
