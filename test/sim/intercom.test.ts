// The simulated server and door station against the panel's own SIP and RTP, over real sockets on loopback.
import { strict as assert } from 'node:assert';
import type { LineEvent } from '../../src/panel/ports.js';
import { MediaSession } from '../../src/rtp/media-session.js';
import { secureRandom } from '../../src/rtp/random.js';
import { buildRtp } from '../../src/rtp/rtp-packet.js';
import { Cable } from '../../src/sim/cable.js';
import { Changes } from '../../src/sim/changes.js';
import { DoorStation } from '../../src/sim/door-station.js';
import { IntercomServer } from '../../src/sim/intercom-server.js';
import type { Camera } from '../../src/sim/station-camera.js';
import { SipLine } from '../../src/sip/line.js';
import { systemClock } from '../../src/system/clock.js';
import { silentLog } from '../../src/system/log.js';
import { systemUdp } from '../../src/system/udp.js';

const local = { address: '127.0.0.1', port: 0 };
const common = { clock: systemClock, log: silentLog };
const limit = { ms: 10_000 };

class TestCamera implements Camera {
  started = false;
  playing: { video: number; audio: number } | null = null;
  keyFrames = 0;
  start(): Promise<void> {
    this.started = true;
    return Promise.resolve();
  }
  play(ports: { video: number; audio: number }): Promise<void> {
    this.playing = ports;
    return Promise.resolve();
  }
  pause(): void {
    this.playing = null;
  }
  keyFrame(): void {
    this.keyFrames += 1;
  }
  stop(): Promise<void> {
    this.started = false;
    return Promise.resolve();
  }
}

/** A panel without a panel: its line and its media. */
class Flat {
  readonly events: LineEvent[] = [];
  readonly line: SipLine;
  media: MediaSession | null = null;

  constructor(server: { address: string; port: number }, changes: Changes, password = '6789') {
    this.line = new SipLine({
      ...common,
      network: systemUdp,
      random: secureRandom,
      resolve: (host) => Promise.resolve([host]),
      server: `${server.address}:${server.port}`,
      login: '12345',
      password,
      registerInterval: 60,
      allow: [],
      userAgent: 'Test',
      createMedia: () => (this.media = new MediaSession({ ...common, network: systemUdp })),
      onEvent: (event) => {
        this.events.push(event);
        changes.fire();
      },
    });
  }

  find<T extends LineEvent['type']>(type: T): Extract<LineEvent, { type: T }> | null {
    return (
      (this.events.findLast((event) => event.type === type) as Extract<LineEvent, { type: T }> | undefined) ??
      null
    );
  }
}

describe('the simulated server and door station', () => {
  let changes: Changes;
  let cable: Cable;
  let server: IntercomServer;
  let station: DoorStation;
  let camera: TestCamera;
  const flats: Flat[] = [];

  beforeEach(async () => {
    changes = new Changes(systemClock);
    cable = new Cable(systemUdp);
    camera = new TestCamera();
    const onChange = (): void => changes.fire();
    server = new IntercomServer({ ...common, network: cable, random: secureRandom, local, onChange });
    station = new DoorStation({
      ...common,
      network: cable,
      server,
      camera,
      name: 'Подъезд 2',
      number: '0002',
      calls: '12345',
      lockMs: 100,
      onChange,
    });
    await server.start();
    await station.start();
  });
  afterEach(async () => {
    cable.plugged = true;
    for (const flat of flats.splice(0)) await flat.line.stop();
    await station.stop();
    await server.stop();
    assert.equal(camera.started, false);
  });

  const moveIn = async (password?: string): Promise<Flat> => {
    const flat = new Flat(server.local, changes, password);
    flats.push(flat);
    await flat.line.start();
    return flat;
  };
  const registered = async (): Promise<Flat> => {
    const flat = await moveIn();
    await changes.until('registered', () => (flat.find('line')?.state === 'registered' ? true : null), limit);
    return flat;
  };
  const rung = async (): Promise<{ flat: Flat; call: string }> => {
    const flat = await registered();
    station.press();
    const { call } = await changes.until('a call', () => flat.find('call-incoming'), limit);
    await changes.until('ringing', () => (station.phase === 'ringing' ? true : null), limit);
    return { flat, call };
  };
  const talking = async (): Promise<{ flat: Flat; call: string }> => {
    const { flat, call } = await rung();
    flat.line.answer(call);
    await changes.until('established', () => flat.find('call-established'), limit);
    await changes.until('talking', () => (station.phase === 'talking' ? true : null), limit);
    return { flat, call };
  };
  const ended = (flat: Flat): Promise<Extract<LineEvent, { type: 'call-ended' }>> =>
    changes.until('the end of the call', () => flat.find('call-ended'), limit);

  it('registers a panel with the right password', async () => {
    await registered();
    assert.equal(server.bindings.length, 1);
    assert.deepEqual(server.refusals, { wrongPasswords: 0, banned: [] });
  });

  it('refuses a wrong password and blocks nobody for it, because the panel does not insist', async () => {
    const flat = await moveIn('0000');
    await changes.until('refused', () => (flat.find('line')?.state === 'refused' ? true : null), limit);
    assert.equal(flat.find('line')?.reason, 'wrong-password');
    assert.equal(server.bindings.length, 0);
    assert.ok(server.refusals.wrongPasswords <= 2);
    assert.deepEqual(server.refusals.banned, []);
  });

  it('cannot call a panel that is not there', () => {
    assert.throws(() => station.press(), { code: 'SIM_NOT_REGISTERED' });
    assert.equal(station.phase, 'idle');
  });

  it('rings with its name, H.264 and PCMU, the camera running already', async () => {
    const { flat, call } = await rung();
    const incoming = flat.find('call-incoming');
    assert.equal(incoming?.caller.name, 'Подъезд 2');
    assert.equal(incoming.video, true);
    assert.ok(camera.playing);
    flat.line.answer(call);
    const media = await changes.until('media', () => flat.find('call-media'), limit);
    assert.equal(media.audio, 'PCMU');
    assert.equal(media.video, 'H264');
  });

  for (const [mode, way] of [
    ['rfc4733', 'RFC 4733'],
    ['info', 'SIP INFO'],
  ] as const) {
    it(`hears # by ${way}, opens its lock, and closes it again`, async () => {
      const { flat, call } = await talking();
      flat.line.sendCode(call, 0, { digits: '#', mode, durationMs: 160, gapMs: 100 });
      await changes.until('the lock opens', () => (station.lockOpenFor > 0 ? true : null), limit);
      assert.equal(station.digits, '#');
      assert.equal(station.heardBy, way);
      assert.equal(station.openings.length, 1);
      await changes.until('the lock closes', () => (station.lockOpenFor === 0 ? true : null), limit);
      const code = await changes.until('the fate of the code', () => flat.find('code'), limit);
      assert.equal(code.sent, true);
      assert.equal(station.openings.length, 1);
    });
  }

  it('does not open for another digit', async () => {
    const { flat, call } = await talking();
    flat.line.sendCode(call, 0, { digits: '12', mode: 'auto', durationMs: 60, gapMs: 60 });
    await changes.until('the digits', () => (station.digits === '12' ? true : null), limit);
    assert.equal(station.openings.length, 0);
    assert.equal(station.lockOpenFor, 0);
  });

  it("measures the panel's sound", async () => {
    const { flat } = await talking();
    const port = flat.media?.localPorts.audio ?? 0;
    const socket = await systemUdp.bind(local, () => undefined);
    // full-scale square wave of 500 Hz: 8 samples up, 8 down
    const payload = Buffer.from(Array.from({ length: 160 }, (_, i) => (Math.floor(i / 8) % 2 ? 0x00 : 0x80)));
    let sequence = 0;
    const sound = await changes.until(
      'a sound',
      () => {
        sequence += 1;
        const fields = { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 7 };
        socket.send(buildRtp(fields, payload), { address: '127.0.0.1', port });
        return station.sound();
      },
      { ...limit, pollMs: 20 },
    );
    socket.close();
    assert.equal(sound.frequency, 500);
    assert.ok(sound.level > -3, `${sound.level} dBFS`);
  });

  it('passes the wish for a key frame on to the camera', async () => {
    const { flat } = await talking();
    const socket = await systemUdp.bind(local, () => undefined);
    const before = camera.keyFrames;
    let sequence = 0;
    await changes.until(
      'a key frame',
      () => {
        sequence += 1;
        // a slice that no decoder can begin with
        const fields = { marker: true, payloadType: 102, sequence, timestamp: sequence * 3600, ssrc: 8 };
        const port = camera.playing?.video ?? 0;
        socket.send(buildRtp(fields, Uint8Array.of(0x41, 0x9a, 0, 0)), { address: '127.0.0.1', port });
        flat.media?.requestKeyFrame();
        return camera.keyFrames > before ? true : null;
      },
      { ...limit, pollMs: 20 },
    );
    socket.close();
  });

  it('gives up: the panel sees a call that was cancelled', async () => {
    const { flat } = await rung();
    station.hangup();
    assert.equal((await ended(flat)).end, 'cancelled');
    assert.equal(station.phase, 'idle');
    await changes.until('the camera rests', () => (camera.playing ? null : true), { ...limit, pollMs: 20 });
  });

  it('is answered elsewhere: the panel is told so', async () => {
    const { flat } = await rung();
    station.elsewhere();
    assert.equal((await ended(flat)).end, 'elsewhere');
  });

  it('hangs up, and is hung up on', async () => {
    const first = await talking();
    station.hangup();
    assert.equal((await ended(first.flat)).end, 'remote');
    first.flat.events.length = 0;
    station.press();
    const { call } = await changes.until('a second call', () => first.flat.find('call-incoming'), limit);
    first.flat.line.answer(call);
    await changes.until('talking', () => (station.phase === 'talking' ? true : null), limit);
    first.flat.line.hangup(call);
    await changes.until('the station is idle', () => (station.phase === 'idle' ? true : null), limit);
    assert.equal(station.lastEnd, 'remote');
  });

  it('is declined: 486 Busy Here', async () => {
    const { flat, call } = await rung();
    flat.line.reject(call);
    await changes.until('the station is idle', () => (station.phase === 'idle' ? true : null), limit);
    assert.match(station.lastEnd ?? '', /^busy/);
  });

  it('filters calls that come from accounts', async () => {
    const flat = await registered();
    flat.line.dial('0002');
    const { detail } = await ended(flat);
    assert.match(detail ?? '', /^403/);
  });

  it('forgets its registrations when it is restarted, and listens on the same port', async () => {
    await registered();
    const { port } = server.local;
    await server.stop();
    assert.equal(server.bindings.length, 0);
    await server.start();
    assert.equal(server.local.port, port);
  });

  it('hears and says nothing while the cable is out', async () => {
    cable.plugged = false;
    const flat = await moveIn();
    const other = new IntercomServer({ ...common, network: systemUdp, random: secureRandom, local });
    await other.start();
    // as long as this second panel needs for all its way, the first one gets nowhere
    const second = new Flat(other.local, changes);
    await second.line.start();
    await changes.until(
      'the other is registered',
      () => (second.find('line')?.state === 'registered' ? true : null),
      limit,
    );
    await second.line.stop();
    await other.stop();
    assert.notEqual(flat.find('line')?.state, 'registered');
    assert.equal(server.bindings.length, 0);
    cable.plugged = true;
    await changes.until('registered', () => (flat.find('line')?.state === 'registered' ? true : null), limit);
  });
});
