// As much of core as holds a face; to be killed.
import { FaceProcess } from '../../../src/face/face-process.js';
import { systemClock } from '../../../src/system/clock.js';
import { silentLog } from '../../../src/system/log.js';

const face = new FaceProcess({
  setup: {
    language: 'en',
    display: { driver: 'memory', width: 320, height: 240, rotation: 0, file: null },
    touch: { device: 'none' },
    audio: { input: 'none', output: 'none' },
  },
  clock: systemClock,
  log: silentLog,
  onEvent: (event) => {
    if (event.type === 'face' && event.state === 'running') process.send?.(face.pid);
  },
  onIntent: () => undefined,
  onMedia: () => undefined,
});
face.start();
