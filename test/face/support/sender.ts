// Sends pictures and sound as a door station would: real GStreamer encoders, in a process of their own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

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
  /** Further properties of `rtph264pay`. */
  pay?: string;
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
    const { port, pattern = 'red', width = 640, height = 360, payloadType = 102, keyInterval = 12 } = options;
    return new Sender(
      `videotestsrc is-live=true pattern=${pattern} num-buffers=${options.frames ?? -1}` +
        ` ! video/x-raw,format=I420,width=${width},height=${height},framerate=25/1` +
        ` ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000 key-int-max=${keyInterval}` +
        ` ! rtph264pay pt=${payloadType} config-interval=-1 ${options.pay ?? ''}`.trimEnd() +
        ` ! udpsink host=127.0.0.1 port=${port}`,
    );
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
