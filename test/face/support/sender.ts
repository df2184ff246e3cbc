// Sends pictures and sound as a door station would: real GStreamer encoders, in a process of their own.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface PictureOptions {
  port: number;
  /** `videotestsrc`'s name of a picture. */
  pattern?: string;
  width?: number;
  height?: number;
  /** Frames to send; endless without. */
  frames?: number;
  payloadType?: number;
  /** Pictures between two key frames. */
  keyInterval?: number;
  /** Parameter sets are not in the stream: see `parameterSets`. */
  outOfBand?: boolean;
}

function pictureLaunch(options: PictureOptions): string {
  const { pattern = 'red', width = 640, height = 360, payloadType = 102, keyInterval = 12 } = options;
  return [
    `videotestsrc is-live=true pattern=${pattern} num-buffers=${options.frames ?? -1}`,
    `video/x-raw,format=I420,width=${width},height=${height},framerate=25/1`,
    `x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000 key-int-max=${keyInterval}`,
    `video/x-h264,stream-format=${options.outOfBand ? 'avc' : 'byte-stream'}`,
    `rtph264pay pt=${payloadType} config-interval=${options.outOfBand ? 0 : -1}`,
  ].join(' ! ');
}

/** A running gst-launch-1.0. */
export class Sender {
  #child: ChildProcess | null = null;
  #errors = '';

  private constructor(description: string) {
    this.#child = spawn('gst-launch-1.0', ['-q', ...description.split(' ')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.#errors += text.toString()));
  }

  /** H.264 at 25 frames a second. */
  static picture(options: PictureOptions): Sender {
    return new Sender(`${pictureLaunch(options)} ! udpsink host=127.0.0.1 port=${options.port}`);
  }

  /** What `sprop-parameter-sets` of such pictures is (RFC 6184, section 8.1). */
  static async parameterSets(options: PictureOptions): Promise<string> {
    const launch = `${pictureLaunch({ ...options, frames: 2 })} ! fakesink`;
    const { stdout } = await promisify(execFile)('gst-launch-1.0', ['-v', ...launch.split(' ')]);
    return /sprop-parameter-sets=\(string\)"?([A-Za-z0-9+/=\\,]+)/.exec(stdout)![1]!.replaceAll('\\', '');
  }

  /** A tone as G.711, 20 ms a packet. `volume` is its amplitude, 1 = full scale. */
  static tone(options: { port: number; codec: 'PCMU' | 'PCMA'; hz: number; volume: number }): Sender {
    const [enc, pay] = options.codec === 'PCMU' ? ['mulawenc', 'rtppcmupay'] : ['alawenc', 'rtppcmapay'];
    return new Sender(
      `audiotestsrc is-live=true samplesperbuffer=160 freq=${options.hz} volume=${options.volume}` +
        ` ! audio/x-raw,rate=8000,channels=1 ! ${enc} ! ${pay} ! udpsink host=127.0.0.1 port=${options.port}`,
    );
  }

  /** Resolves when it has ended by itself. @throws Error with what it printed where it failed */
  async ended(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    if (child.exitCode === null) await once(child, 'exit');
    this.#child = null;
    if (child.exitCode !== 0) throw new Error(`gst-launch-1.0 failed: ${this.#errors}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
