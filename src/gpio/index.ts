// The way in: from the configuration's [gpio] to a board.
import type { GpioEvent } from '../panel/ports.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import { AutoBackend } from './auto-backend.js';
import { GpioBoard, type Levels } from './gpio-board.js';
import type { LinesBackend, LineSettings } from './lines.js';
import { noneBackend } from './none-backend.js';
import { OnoffBackend } from './onoff-backend.js';
import { SimBackend } from './sim-backend.js';

export { GpioBoard, type Levels } from './gpio-board.js';
export { SimBackend } from './sim-backend.js';

/** [gpio] of the configuration file. */
export interface GpioSettings extends LineSettings {
  backend: 'auto' | 'chardev' | 'onoff' | 'sim' | 'none';
}

export interface CreateGpioOptions {
  settings: GpioSettings;
  clock: Clock;
  /** Takes every event of the board; must not throw. */
  onEvent: (event: GpioEvent) => void;
  /** Takes every change of a level, for the status; must not throw. */
  onLevels?: ((levels: Levels) => void) | undefined;
  log?: Log | undefined;
}

/** A board that is not started yet, and, with backend `sim`, the way to its button. */
export interface CreatedGpio {
  board: GpioBoard;
  sim: SimBackend | null;
}

/** Makes the board that the configuration asks for. Opens nothing. */
export function createGpio({ settings, clock, onEvent, onLevels, log }: CreateGpioOptions): CreatedGpio {
  const sim = settings.backend === 'sim' ? new SimBackend({ clock }) : null;
  const nothing = settings.backend === 'none';
  const board = new GpioBoard({
    backend: sim ?? backendOf(settings.backend, clock),
    settings: nothing ? {} : settings,
    clock,
    onEvent,
    onLevels,
    log,
  });
  return { board, sim };
}

function backendOf(name: GpioSettings['backend'], clock: Clock): LinesBackend {
  const onoff = new OnoffBackend({ clock });
  switch (name) {
    case 'onoff':
      return onoff;
    case 'none':
    case 'sim':
      return noneBackend;
    default:
      return new AutoBackend([onoff]);
  }
}
