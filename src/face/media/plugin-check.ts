// Run as a process by findMissingElements(): prints, as JSON, the needed elements that GStreamer does not have.
import { writeFileSync } from 'node:fs';
import { errorText } from '../../system/errors.js';
import { loadGStreamer } from './gstreamer.js';
import { hasElement } from './has-element.js';
import { neededElements } from './plugins.js';

try {
  const gstreamer = loadGStreamer();
  const missing = neededElements.filter((element) => !hasElement(gstreamer, element));
  writeFileSync(1, JSON.stringify(missing));
} catch (error) {
  writeFileSync(2, `${errorText(error)}\n`);
  process.exitCode = 1;
}
