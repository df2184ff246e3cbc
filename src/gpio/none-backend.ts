// A panel with nothing wired.
import type { Lines, LinesBackend } from './lines.js';

/** No lines at all, and nothing wrong with that. */
export const noneBackend: LinesBackend = {
  open: async (): Promise<Lines> => {
    await Promise.resolve();
    return {
      description: 'nothing wired',
      readButton: () => null,
      write: () => undefined,
      close: () => undefined,
    };
  },
};
