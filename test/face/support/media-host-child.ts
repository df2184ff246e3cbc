// Runs the media engine in a process with the threads it needs, and tells a test what came of it.
import { readdirSync, readFileSync } from 'node:fs';
import { loadGStreamer } from '../../../src/face/media/gstreamer.js';
import { MediaEngine } from '../../../src/face/media/media-engine.js';
import { systemClock } from '../../../src/system/clock.js';
import type { FromHost, Pixel, ToHost } from './media-host.js';

const send = (message: FromHost) => process.send?.(message);
const gstreamer = loadGStreamer();
let engine: MediaEngine | null = null;

// as the face does: exit() would wait for the thread pool
const die = () => process.kill(process.pid, 'SIGKILL');

function pixel(frame: Buffer, width: number, x: number, y: number): Pixel {
  const at = (y * width + x) * 4;
  return [frame[at + 2]!, frame[at + 1]!, frame[at]!];
}

process.on('message', (message: ToHost) => {
  switch (message.type) {
    case 'start': {
      const { width, height } = message;
      engine = new MediaEngine({
        gstreamer,
        clock: systemClock,
        audio: { input: message.input, output: message.output },
        width,
        height,
        onFrame: (frame, w, h) => {
          send({
            type: 'frame',
            at: systemClock.steady(),
            width: w,
            height: h,
            bytes: frame.length,
            middle: pixel(frame, w, w >> 1, h >> 1),
            corner: pixel(frame, w, 2, 2),
            left: pixel(frame, w, 2, h >> 1),
          });
          return true;
        },
        send: (media) => send({ type: 'media', media }),
      });
      break;
    }
    case 'apply':
      void engine?.apply(message.media).then(() => send({ type: 'applied' }));
      break;
    case 'mute':
      if (engine) engine.muted = message.muted;
      break;
    case 'ask': {
      // what garbage is there says nothing
      globalThis.gc?.();
      const status = readFileSync('/proc/self/status', 'latin1');
      send({
        type: 'answer',
        figures: engine?.figures() ?? null,
        descriptors: readdirSync('/proc/self/fd').length,
        threads: readdirSync('/proc/self/task').length,
        rssKb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
        cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
      });
      break;
    }
    case 'stop':
      void engine?.stop().then(() => process.send?.({ type: 'stopped' } satisfies FromHost, die));
      break;
  }
});
process.on('disconnect', die);
