// The way in: from the configuration's [gpio] to a board.
import type { GpioEvent } from '../panel/ports.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import { AutoBackend } from './auto-backend.js';
import { ChardevBackend } from './chardev-backend.js';
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
  const board = new GpioBoard({
    backend: sim ?? hardware(settings.backend, clock),
    settings: settings.backend === 'none' ? {} : settings,
    clock,
    onEvent,
    onLevels,
    log,
  });
  return { board, sim };
}

function hardware(name: GpioSettings['backend'], clock: Clock): LinesBackend {
  switch (name) {
    case 'chardev':
      return new ChardevBackend();
    case 'onoff':
      return new OnoffBackend({ clock });
    case 'auto':
      return new AutoBackend([new ChardevBackend(), new OnoffBackend({ clock })]);
    default:
      return noneBackend;
  }
}
