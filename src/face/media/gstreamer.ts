// Loads the GStreamer binding on demand: a face without it still shows its screens.
import { createRequire } from 'node:module';
import type { Pipeline } from 'gstreamer-superficial';
import { errorText, KalitkaError } from '../../system/errors.js';

/** The binding, as far as we use it. */
export interface GStreamer {
  Pipeline: new (description: string) => Pipeline;
}

/**
 * Loads gstreamer-superficial and initialises GStreamer; the first time on a machine this reads all plug-ins and
 * can take seconds.
 * @throws KalitkaError `GST_MISSING` where the addon is not built or a library is not there
 */
export function loadGStreamer(): GStreamer {
  try {
    return createRequire(import.meta.url)('gstreamer-superficial') as GStreamer;
  } catch (cause) {
    throw new KalitkaError(
      'GST_MISSING',
      `GStreamer cannot be loaded (${errorText(cause).split('\n', 1)[0]}): ` +
        'apt-get install libgstreamer-plugins-base1.0-dev, then npm rebuild gstreamer-superficial',
      { cause },
    );
  }
}
