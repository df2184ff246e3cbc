// The door station's camera and microphone, in a process of their own: GStreamer never runs beside the SIP server.
import { createRequire } from 'node:module';
import { errorText } from '../system/errors.js';
import { courtyardFile, sceneSize, visitor } from './scene.js';

/** What the camera is told. */
export type ToCamera =
  | { type: 'set-up'; setup: CameraSetup }
  /** Sends RTP to these loopback ports from now on. */
  | { type: 'play'; videoPort: number; audioPort: number }
  | { type: 'pause' }
  | { type: 'key-frame' };

/** What the camera tells. */
export type FromCamera = { type: 'ready' } | { type: 'playing' } | { type: 'failed'; message: string };

/** How the camera is set up; once. */
export interface CameraSetup {
  /** Written into the picture. */
  name: string;
  videoPayloadType: number;
  audioPayloadType: number;
  /** Hz: the tone that the visitor's voice is. */
  toneHz: number;
  /** kbit/s. */
  bitrate: number;
  /** s between two key frames that nobody asked for. */
  keyFrameEvery: number;
}

/** The part of gstreamer-superficial that is used here. */
interface Pipeline {
  play(): void;
  pause(): void;
  findChild(name: string): Record<string, unknown>;
  /** Asks for a key frame, upstream from the element of that name. */
  forceKeyUnit(element: string, count: number): void;
  pollBus(onMessage: (message: Record<string, unknown>) => void): void;
}
const { Pipeline } = createRequire(import.meta.url)('gstreamer-superficial') as {
  Pipeline: new (launch: string) => Pipeline;
};

/** ms between two steps of the visitor. */
const step = 80;

/** Both streams in one launch string; the ports come later, at run time. */
function launchString(setup: CameraSetup): string {
  const { width, height, rate } = sceneSize;
  return [
    `filesrc location="${courtyardFile}" ! rsvgdec ! imagefreeze is-live=true`,
    `video/x-raw,format=BGRA,width=${width},height=${height},framerate=${rate}/1`,
    'rsvgoverlay name=visitor ! videoconvert ! video/x-raw,format=I420',
    `x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=${setup.bitrate} ` +
      `key-int-max=${setup.keyFrameEvery * rate}`,
    'video/x-h264,profile=constrained-baseline',
    `rtph264pay config-interval=-1 mtu=1200 pt=${setup.videoPayloadType}`,
    'udpsink name=video host=127.0.0.1 port=9 sync=false async=false ' +
      // the second half of the string: sound
      `audiotestsrc is-live=true wave=sine volume=0.4 freq=${setup.toneHz} samplesperbuffer=160`,
    'audio/x-raw,rate=8000,channels=1 ! mulawenc',
    `rtppcmupay min-ptime=20000000 max-ptime=20000000 pt=${setup.audioPayloadType}`,
    'udpsink name=audio host=127.0.0.1 port=9 sync=false async=false',
  ].join(' ! ');
}

const tell = (message: FromCamera): void => void process.send?.(message);

let pipeline: Pipeline | null = null;
let playing = false;

function setUp(setup: CameraSetup): void {
  const made = new Pipeline(launchString(setup));
  pipeline = made;
  const overlay = made.findChild('visitor');
  const draw = (): void => void (overlay.data = visitor(Date.now(), setup.name));
  draw();
  made.pollBus((message) => {
    if (message.type === 'error') tell({ type: 'failed', message: String(message['error-message']) });
  });
  setInterval(() => playing && draw(), step);
  tell({ type: 'ready' });
}

function receive(message: ToCamera): void {
  switch (message.type) {
    case 'set-up':
      setUp(message.setup);
      return;
    case 'play':
      if (!pipeline) return;
      pipeline.findChild('video').port = message.videoPort;
      pipeline.findChild('audio').port = message.audioPort;
      pipeline.play();
      // whoever looks now has seen nothing of this stream yet
      pipeline.forceKeyUnit('video', 1);
      playing = true;
      tell({ type: 'playing' });
      return;
    case 'pause':
      playing = false;
      pipeline?.pause();
      return;
    case 'key-frame':
      if (playing) pipeline?.forceKeyUnit('video', 1);
      return;
  }
}

process.on('message', (message: ToCamera) => {
  try {
    receive(message);
  } catch (error) {
    tell({ type: 'failed', message: errorText(error) });
  }
});
// the channel closes when the parent wants the camera to end, and also when the parent is no more
process.on('disconnect', () => {
  // exit() may wait for ever for GStreamer's threads, and there is nothing here to lose
  process.kill(process.pid, 'SIGKILL');
});
// Ctrl-C goes to the whole foreground group: the parent decides when the camera ends
process.on('SIGINT', () => undefined);
