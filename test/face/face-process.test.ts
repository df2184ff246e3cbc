// The face as core sees it: forked, fed, killed, frozen, back again.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import {
  FaceProcess,
  restartDelay,
  type FaceMediaMessage,
  type FaceProcessOptions,
} from '../../src/face/face-process.js';
import type { FaceMedia, FaceSetup } from '../../src/face/messages.js';
import type { FaceEvent, Intent } from '../../src/panel/ports.js';
import type { View } from '../../src/panel/view.js';
import { systemClock } from '../../src/system/clock.js';
import { createLog, type Log } from '../../src/system/log.js';
import { RtpProbe } from './support/rtp-probe.js';
import { Sender } from './support/sender.js';
import { until } from './support/until.js';

const setup: FaceSetup = {
  language: 'en',
  display: { driver: 'memory', width: 800, height: 480, rotation: 0, file: null },
  touch: { device: 'none' },
  audio: { input: 'none', output: 'none' },
};

function talking(call: string): View {
  const now = { wall: systemClock.wall(), steady: systemClock.steady() };
  return {
    awake: true,
    line: { state: 'registered', reason: null },
    call: {
      id: call,
      phase: 'talking',
      caller: { name: 'Gate', uri: 'sip:gate@127.0.0.1' },
      since: now,
      video: true,
      picture: false,
      muted: false,
      silenced: false,
      onHold: false,
    },
    doors: [{ name: 'Gate', state: 'closed', at: null }],
    notice: null,
    missed: 0,
  };
}

function picture(call: string): FaceMedia {
  return { call, audio: null, video: { codec: 'H264', receivePayloadType: 102, parameterSets: null } };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

interface Seen {
  events: FaceEvent[];
  intents: Intent[];
  media: FaceMediaMessage[];
  log: string;
}

describe('FaceProcess', () => {
  let face: FaceProcess;
  let seen: Seen;
  const senders: Sender[] = [];
  const log: Log = createLog('debug', { write: (line) => (seen.log += line) });

  beforeEach(() => {
    seen = { events: [], intents: [], media: [], log: '' };
    face = new FaceProcess(options());
  });

  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.stop()));
    await face.stop();
  });

  const options = (): FaceProcessOptions => ({
    setup,
    clock: systemClock,
    log,
    onEvent: (event) => seen.events.push(event),
    onIntent: (intent) => seen.intents.push(intent),
    onMedia: (message) => seen.media.push(message),
  });
  const running = () => until('a running face', () => face.state === 'running');
  const newestVideoPort = (after = 0) => {
    const ready = seen.media.slice(after).findLast((m) => m.type === 'media-ready');
    return ready?.type === 'media-ready' ? ready.videoPort : null;
  };
  const videoPort = (after = 0) => until('a port for the picture', () => newestVideoPort(after));
  const firstFrames = () => seen.events.filter((e) => e.type === 'first-frame').length;

  function send(port: number): void {
    senders.push(Sender.picture({ port, pattern: 'red', width: 1280, height: 720 }));
  }

  /** The colour in the middle of the screen. */
  async function middle(): Promise<number[]> {
    const png = PNG.sync.read(await face.screenshot());
    const at = (Math.floor(png.height / 2) * png.width + Math.floor(png.width / 2)) * 4;
    return [...png.data.subarray(at, at + 3)];
  }

  const isRed = ([r, g, b]: number[]) => r! > 180 && g! < 70 && b! < 70;

  it('shows the picture that is sent to it, and tells of the first one', async () => {
    face.start();
    face.show(talking('a'));
    face.setMedia(picture('a'));
    send(await videoPort());
    await until('the first frame', () => firstFrames() === 1);
    assert.ok(isRed(await middle()));
    const figures = await until('figures', () =>
      seen.media.find((m) => m.type === 'figures' && m.figures.framesShown > 0),
    );
    assert.deepEqual(figures.type === 'figures' && figures.figures.size, { width: 1280, height: 720 });
  });

  for (const signal of ['SIGKILL', 'SIGSEGV'] as const) {
    it(`is back with the picture after ${signal} in mid-stream`, async () => {
      face.start();
      face.show(talking('a'));
      face.setMedia(picture('a'));
      send(await videoPort());
      await until('the first frame', () => firstFrames() === 1);

      const known = seen.media.length;
      const pid = face.pid!;
      const killed = performance.now();
      process.kill(pid, signal);
      const port = await videoPort(known);
      await Promise.all(senders.splice(0).map((sender) => sender.stop()));
      send(port);
      await until('the picture again', () => firstFrames() === 2);
      seen.log += `${signal}: back after ${performance.now() - killed} ms\n`;

      assert.notEqual(face.pid, pid);
      assert.equal(face.restarts, 1);
      assert.ok(isRed(await middle()));
    });
  }

  it('replaces a face that froze', async () => {
    face.start();
    await running();
    const pid = face.pid!;
    process.kill(pid, 'SIGSTOP');
    await until('another face', () => face.restarts === 1 && face.state === 'running');
    assert.notEqual(face.pid, pid);
  });

  it('refuses what is pending when the face dies', async () => {
    face.start();
    await running();
    process.kill(face.pid!, 'SIGSTOP');
    const refused = assert.rejects(face.screenshot(), { code: 'FACE_DOWN' });
    const touched = assert.rejects(face.touchAction('open'), { code: 'FACE_DOWN' });
    process.kill(face.pid!, 'SIGKILL');
    await Promise.all([refused, touched]);
  });

  it('waits longer before each new start of a face that dies at once', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map(restartDelay),
      [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    );
  });

  it('touches the button that was asked for, and tells what it means', async () => {
    face.start();
    face.show(talking('a'));
    await running();
    assert.equal(await face.touchAction('hangup'), true);
    assert.deepEqual(seen.intents, [{ type: 'intent', intent: 'hangup' }]);
    assert.equal(await face.touchAction('answer'), false);
  });

  it('outlives any stream: damaged packets may cost a face, never the picture for good', async () => {
    const relay = new RtpProbe();
    try {
      const port = await relay.open();
      face.start();
      face.show(talking('a'));
      face.setMedia(picture('a'));
      await videoPort();
      let damaged = 0;
      relay.forward = {
        get port() {
          return newestVideoPort() ?? 9;
        },
        change: (packet, i) => {
          damaged += 1;
          for (let at = 12 + (i % 11); at < packet.length; at += 17)
            packet[at] = (packet[at]! * 29 + i) & 0xff;
          return packet;
        },
      };
      send(port);
      await until('damage', () => damaged > 500);
      relay.forward = {
        get port() {
          return newestVideoPort() ?? 9;
        },
      };
      await until('the picture', async () => face.state === 'running' && isRed(await middle()));
    } finally {
      relay.close();
    }
  });

  it('does not run in circles where the face dies at once', async () => {
    const entry = fileURLToPath(new URL('./support/dies-at-once.js', import.meta.url));
    face = new FaceProcess({ ...options(), entry });
    face.start();
    await until('two deaths', () => face.restarts === 1 && face.state === 'failed');
    assert.equal(face.pid, null);
    await assert.rejects(face.screenshot(), { code: 'FACE_DOWN' });
    assert.match(seen.log, /I was never any good/);
    await face.stop();
    assert.equal(face.restarts, 1);
  });

  it('leaves no orphan when core is killed', async () => {
    const core = fork(fileURLToPath(new URL('./support/core-stand-in.js', import.meta.url)));
    const [pid] = (await once(core, 'message')) as [number];
    process.kill(pid, 0);
    core.kill('SIGKILL');
    await until('the end of the face', () => !isAlive(pid));
  });

  it('ends when told to, and leaves nothing behind', async () => {
    face.start();
    face.show(talking('a'));
    face.setMedia(picture('a'));
    await videoPort();
    const pid = face.pid!;
    const began = performance.now();
    await face.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(face.pid, null);
    seen.log += `stopped in ${performance.now() - began} ms\n`;
  });
});
