// A whole door call with software that is not ours: baresip as the door station, through a real kamailio, tshark as
// the witness.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { PanelProcess } from '../../src/sim/panel-process.js';
import { measureSound } from '../../src/sim/sound-meter.js';
import { readWavTail } from '../../src/sim/wav.js';
import { systemClock } from '../../src/system/clock.js';
import { silentLog } from '../../src/system/log.js';
import { Baresip, makeFilm } from './baresip.js';
import { Capture } from './capture.js';
import { startKamailio, type Account } from './kamailio.js';
import { temporaryFolder, until } from './program.js';

const panelAccount: Account = { login: '12345', password: '6789' };
const stationAccount: Account = { login: '10001', password: '4321' };
const size = { width: 800, height: 480 };
/** Hz: what the station sends. The panel's test tone is 440 Hz. */
const stationTone = 1000;

/** The upper bars of GStreamer's `smpte` pattern as they were filmed (RGB), from left to right. */
const bars = [
  [255, 255, 255],
  [255, 255, 0],
  [0, 255, 255],
  [0, 255, 0],
  [255, 0, 255],
  [255, 0, 0],
  [0, 0, 255],
] as const;

/** How many of the film's seven bars are on the screen, where a picture of 4:3 belongs on it. */
function barsOn(png: Buffer): number {
  const { width, height, data } = PNG.sync.read(png);
  const filmWidth = (height * 4) / 3;
  return bars.filter((colour, i) => {
    const x = Math.round((width - filmWidth) / 2 + (filmWidth * (i + 0.5)) / bars.length);
    // between the screen's header and its buttons, where nothing shades the picture
    const at = (Math.round(height * 0.45) * width + x) * 4;
    return colour.every((want, channel) => Math.abs(want - (data[at + channel] ?? -999)) < 45);
  }).length;
}

/** Looks again every 100 ms, for what no event tells: the growth of a file, the pixels of a screen. */
const look = <T>(what: string, find: () => Promise<T | null> | T | null, ms = 10_000): Promise<T> => {
  let found: T | null = null;
  return until(
    () => found,
    (wake) => {
      let ended = false;
      const again = async (): Promise<void> => {
        found = await find();
        wake();
        if (!ended && found === null) setTimeout(() => void again(), 100);
      };
      void again();
      return () => {
        ended = true;
      };
    },
    ms,
    () => `no ${what} within ${ms} ms`,
  );
};

describe('interop: baresip rings through kamailio', function () {
  this.timeout(90_000);
  const folder = temporaryFolder('film');
  const film = join(folder.path, 'bars.mp4');
  let kamailio: Awaited<ReturnType<typeof startKamailio>>;
  let station: Baresip;
  let panel: PanelProcess;

  before(async () => {
    makeFilm(film, 20);
    kamailio = await startKamailio([panelAccount, stationAccount]);
    panel = new PanelProcess({
      clock: systemClock,
      log: silentLog,
      server: { address: '127.0.0.1', port: kamailio.port },
      ...panelAccount,
      language: 'ru',
      size,
    });
    await panel.start();
    await panel.waitFor('the panel is registered', (s) => s.line.state === 'registered', 10_000);
    await panel.waitFor('the screen is there', (s) => s.face.state === 'running', 30_000);
    station = await Baresip.start({
      account: stationAccount,
      server: `127.0.0.1:${kamailio.port}`,
      displayName: 'Подъезд 2',
      film,
      tone: stationTone,
    });
  });

  after(async () => {
    await (station as Baresip | undefined)?.stop();
    await (panel as PanelProcess | undefined)?.stop();
    await (kamailio as typeof kamailio | undefined)?.stop();
    folder.remove();
  });

  // a test that failed in mid-call must not fail the next one
  afterEach(async () => {
    if (panel.status?.call.state === 'idle') return;
    station.command('hangup');
    await panel.waitFor('the panel is idle', (s) => s.call.state === 'idle', 5000);
  });

  const ring = async (): Promise<number> => {
    const from = station.events.length;
    station.command('dial', `sip:${panelAccount.login}@127.0.0.1:${kamailio.port}`);
    await station.waitFor((e) => e.type === 'CALL_RINGING', 'ringing', 10_000, from);
    await panel.waitFor('the panel rings', (s) => s.call.state === 'ringing', 5000);
    return from;
  };

  it('rings, talks, shows the picture, opens, and is hung up from the flat', async () => {
    const capture = await Capture.start();
    try {
      const from = await ring();
      const ringing = panel.status;
      assert.equal(ringing?.call.from, 'Подъезд 2');
      await panel.waitFor('the chime sounds', (s) => s.gpio.chime === true, 3000);

      await panel.touchButton('answer');
      await station.waitFor((e) => e.type === 'CALL_ESTABLISHED', 'answer', 5000, from);
      const talking = await panel.waitFor('the panel talks', (s) => s.call.state === 'talking', 5000);
      assert.equal(talking.call.audioCodec, 'PCMU');
      assert.equal(talking.call.videoCodec, 'H264');

      await panel.waitFor('frames are shown', (s) => s.call.framesShown > 10, 10_000);
      await look('picture of the film on the screen', async () =>
        barsOn(await panel.screenshot()) === bars.length ? true : null,
      );

      await look('sound of the station in the flat', () => {
        const tail = readWavTail(panel.soundFile, 500);
        const sound = tail && measureSound(tail.samples, tail.rate);
        return sound &&
          Math.abs(sound.frequency - stationTone) <= 20 &&
          sound.share > 0.8 &&
          sound.level > -30
          ? sound
          : null;
      });
      await look('sound of the flat at the station', () => {
        const file = station.heard;
        const tail = file === null ? null : readWavTail(file, 500);
        const sound = tail && measureSound(tail.samples, tail.rate);
        return sound && Math.abs(sound.frequency - 440) <= 20 && sound.share > 0.8 && sound.level > -30
          ? sound
          : null;
      });

      await panel.button('pressed');
      await panel.button('released');
      await station.waitFor((e) => e.type === 'CALL_DTMF_START' && e.param === '#', 'digit #', 5000, from);
      await panel.waitFor('the code was sent', (s) => s.door[0]?.state === 'sent', 5000);

      await panel.touchButton('hangup');
      await station.waitFor((e) => e.type === 'CALL_CLOSED', 'end of the call', 5000, from);
      await panel.waitFor('the panel is idle', (s) => s.call.state === 'idle', 5000);
    } finally {
      await capture.end();
    }
    const sip = { [kamailio.port]: 'sip' } as const;
    const events = capture.read(
      'rtpevent',
      [
        'rtpevent.event_id',
        'rtpevent.end_of_event',
        'rtp.marker',
        'rtp.timestamp',
        'rtpevent.duration',
        'rtp.ssrc',
      ],
      sip,
    );
    await capture.stop();
    assert.ok(events.length >= 6, `tshark saw ${events.length} telephone-events`);
    assert.deepEqual([...new Set(events.map((e) => e[0]))], ['11'], 'only # was sent');
    assert.equal(events.filter((e) => e[1] === '1' || e[1] === 'True').length, 3, 'three end packets');
    assert.equal(events.filter((e) => e[2] === '1' || e[2] === 'True').length, 1, 'one marker');
    assert.equal(new Set(events.map((e) => e[3])).size, 1, 'the timestamp stands still');
    assert.equal(events.at(-1)?.[4], '1280', '160 ms at 8 kHz');
    assert.equal(new Set(events.map((e) => e[5])).size, 1, 'one SSRC');
  });

  it('is hung up from the street', async () => {
    const from = await ring();
    await panel.touchButton('answer');
    await station.waitFor((e) => e.type === 'CALL_ESTABLISHED', 'answer', 5000, from);
    await panel.waitFor('the panel talks', (s) => s.call.state === 'talking', 5000);
    station.command('hangup');
    await panel.waitFor('the panel is idle', (s) => s.call.state === 'idle', 5000);
    await station.waitFor((e) => e.type === 'CALL_CLOSED', 'end of the call', 5000, from);
  });

  it('gives up before anybody answers: a missed call, and silence', async () => {
    const before = panel.status?.visits.missed ?? 0;
    await ring();
    station.command('hangup');
    const idle = await panel.waitFor('the panel is idle', (s) => s.call.state === 'idle', 5000);
    assert.equal(idle.visits.missed, before + 1);
    await panel.waitFor('the chime is silent', (s) => s.gpio.chime === false, 3000);
  });

  it('is declined: 486', async () => {
    const from = await ring();
    await panel.touchButton('decline');
    const closed = await station.waitFor((e) => e.type === 'CALL_CLOSED', 'end of the call', 5000, from);
    assert.match(closed.param ?? '', /486|Busy/);
  });
});

describe('interop: a wrong password at kamailio', function () {
  this.timeout(60_000);

  it('costs at most two REGISTERs with credentials, then silence and a refused line', async () => {
    const kamailio = await startKamailio([panelAccount]);
    const panel = new PanelProcess({
      clock: systemClock,
      log: silentLog,
      server: { address: '127.0.0.1', port: kamailio.port },
      login: panelAccount.login,
      password: '9999',
      language: 'en',
      size,
    });
    const capture = await Capture.start();
    try {
      await panel.start();
      const refused = await panel.waitFor('the line is refused', (s) => s.line.state === 'refused', 10_000);
      assert.equal(refused.line.reason, 'wrong-password');
      // silence is the absence of an event: 3 s of it, while everything else goes on
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assert.equal(panel.status?.line.state, 'refused');
      assert.ok(!panel.logTail.join('\n').includes('9999'), 'the password is in the log');
    } finally {
      await capture.end();
      await panel.stop();
      await kamailio.stop();
    }
    const registers = capture.read('sip.Method == "REGISTER"', ['sip.Authorization', 'frame.time_relative'], {
      [kamailio.port]: 'sip',
    });
    await capture.stop();
    const withCredentials = registers.filter(([credentials]) => credentials !== '');
    assert.ok(
      withCredentials.length >= 1 && withCredentials.length <= 2,
      `${withCredentials.length} with credentials`,
    );
  });
});
