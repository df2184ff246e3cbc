// Two calls' ends on real loopback sockets, with real encoders and a real decoder hanging on them.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { MediaSession, type MediaSessionOptions } from '../../src/rtp/media-session.js';
import type { Negotiated } from '../../src/sdp/media.js';
import { systemClock } from '../../src/system/clock.js';
import { silentLog } from '../../src/system/log.js';
import { systemUdp, type UdpSocket } from '../../src/system/udp.js';
import { audioOf, LOOPBACK, videoOf } from './call-bench.js';

const SIZE = { width: 160, height: 120 };
const FRAME_BYTES = (SIZE.width * SIZE.height * 3) / 2;

describe('rtp: with GStreamer on loopback', () => {
  const sessions: MediaSession[] = [];
  const sockets: UdpSocket[] = [];
  const children: ChildProcess[] = [];
  let over = false;

  /** Waits for what only counters tell of, at the longest until the test has failed for another reason. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (over) throw new Error('the test is over');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  beforeEach(() => {
    over = false;
  });

  afterEach(async () => {
    over = true;
    for (const child of children.splice(0)) await end(child);
    for (const session of sessions.splice(0)) await session.close();
    for (const socket of sockets.splice(0)) socket.close();
  });

  function session(options: Partial<MediaSessionOptions> = {}): MediaSession {
    const made = new MediaSession({ network: systemUdp, clock: systemClock, log: silentLog, ...options });
    sessions.push(made);
    return made;
  }

  function launch(pipeline: string): ChildProcess {
    const child = spawn('gst-launch-1.0', ['-q', ...pipeline.split(' ')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => undefined);
    child.once('error', (cause) => {
      const packages = 'gstreamer1.0-tools gstreamer1.0-plugins-{base,good,bad,ugly} gstreamer1.0-libav';
      throw new Error(`gst-launch-1.0 does not start: apt-get install ${packages}`, { cause });
    });
    children.push(child);
    return child;
  }

  /** A station's camera whose first frame is its only key frame. */
  const camera = (port: number) =>
    launch(
      `videotestsrc is-live=true ! video/x-raw,width=${SIZE.width},height=${SIZE.height},framerate=25/1 ! ` +
        'x264enc tune=zerolatency speed-preset=ultrafast key-int-max=100000 ! ' +
        `rtph264pay pt=96 config-interval=0 ! udpsink host=${LOOPBACK} port=${port}`,
    );

  it('shows a picture from the first key frame though the face is late, and lets # through meanwhile', async () => {
    let digitCame: (digit: string) => void = () => undefined;
    const digit = new Promise<string>((resolve) => (digitCame = resolve));
    const station = session({ onDigit: (d) => digitCame(d) });
    const panel = session();
    const stationPorts = await station.open(LOOPBACK);
    const panelPorts = await panel.open(LOOPBACK);
    const toward = (ports: typeof panelPorts, direction: 'sendonly' | 'recvonly'): Negotiated => ({
      audio: audioOf({ remote: { address: LOOPBACK, port: ports.audioPort, rtcpPort: ports.audioPort + 1 } }),
      video: videoOf({
        remote: { address: LOOPBACK, port: ports.videoPort, rtcpPort: ports.videoPort + 1 },
        direction,
      }),
    });
    station.apply(toward(panelPorts, 'sendonly'));
    panel.apply(toward(stationPorts, 'recvonly'));

    let played = 0;
    const speaker = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => void (played += 1));
    const decoder = launch(
      'fdsrc ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H264,payload=102 ! ' +
        'rtpstreamdepay ! rtph264depay ! avdec_h264 ! videoconvert ! video/x-raw,format=I420 ! fdsink sync=false',
    );
    // what the panel relays goes to the decoder framed as in RFC 4571: no port has to be guessed for it
    const screen = await systemUdp.bind({ address: LOOPBACK, port: 0 }, (data) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(data.length);
      decoder.stdin?.write(Buffer.concat([length, data]));
    });
    sockets.push(speaker, screen);

    const microphone = launch(
      'audiotestsrc is-live=true samplesperbuffer=160 ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! ' +
        `rtppcmupay pt=97 ! udpsink host=${LOOPBACK} port=${station.localPorts.audio}`,
    );
    const first = camera(station.localPorts.video);
    // the face is late by some frames
    await until(() => (panel.stats().video?.received ?? 0) >= 8);
    panel.relayTo({ audioPort: speaker.local.port, videoPort: screen.local.port });
    await frames(decoder, 10);
    assert.equal(panel.stats().video!.keyFrames.asked, 0);

    await panel.sendDigits('#', { durationMs: 160, gapMs: 100 });
    assert.equal(await digit, '#');
    assert.equal(station.stats().audio!.ssrcChanges, 0);

    // the camera's encoder dies and comes back: one stream as before, and a picture
    await end(first);
    camera(station.localPorts.video);
    const { received } = panel.stats().video!;
    await until(() => panel.stats().video!.received >= received + 10);
    await frames(decoder, 10);
    await until(() => played >= 50);
    await end(microphone);
    const { audio, video } = panel.stats();
    assert.deepEqual([audio!.lost, audio!.ssrcChanges], [0, 0]);
    assert.deepEqual([video!.lost, video!.ssrcChanges], [0, 0]);
  });
});

/** Ends a child by its PID; resolves when it is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Resolves when `n` more whole frames came out of a decoder. */
async function frames(decoder: ChildProcess, n: number): Promise<void> {
  let left = n * FRAME_BYTES;
  await new Promise<void>((resolve, reject) => {
    decoder.stdout?.on('data', (data: Buffer) => {
      left -= data.length;
      if (left <= 0) resolve();
    });
    decoder.once('exit', (code) => reject(new Error(`the decoder ended with ${code}`)));
  });
  decoder.stdout?.removeAllListeners('data');
}
