// Asks GStreamer's registry for an element in the only way the binding has: by building it.
import type { GStreamer } from './gstreamer.js';

/** Whether an element can be built here. Each question costs a little memory for good: ask once. */
export function hasElement(gstreamer: GStreamer, element: string): boolean {
  try {
    // two elements, since one alone would not come as a pipeline
    new gstreamer.Pipeline(`${element} fakesink`);
    return true;
  } catch {
    return false;
  }
}
