import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkNode } from '../../src/cli/doctor/machine.js';
import { diagnose } from '../../src/cli/doctor.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { ControlServer } from '../../src/control/server.js';
import { silentLog } from '../../src/system/log.js';
import { FakePanel } from '../control/fake-panel.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TOUCHSCREEN = 'N: Name="ft5x06"\nH: Handlers=mouse0 event3 \nB: PROP=2\nB: EV=b\n';
const KEYBOARD = 'N: Name="keys"\nH: Handlers=sysrq kbd event0 \nB: PROP=0\nB: EV=120013\n';

describe('The doctor', function () {
  this.timeout(60_000);
  const path = temporaryFolder();

  /** Files of a machine: path and contents. */
  async function machine(files: Record<string, string>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(path('root', file)), { recursive: true });
      await writeFile(path('root', file), text);
    }
  }

  async function timeServer(answer: 'yes' | 'no' | null): Promise<void> {
    await mkdir(path('bin'), { recursive: true });
    await writeFile(
      path('bin', 'timedatectl'),
      answer ? `#!/bin/sh\necho ${answer}\n` : '#!/bin/sh\nexit 1\n',
    );
    await chmod(path('bin', 'timedatectl'), 0o755);
  }

  async function diagnosis(settings: string): Promise<Map<string, Finding[]>> {
    const text = `[sip]\nserver = "127.0.0.1"\nlogin = "1"\npassword = "s3cret"\n[control]\nsocket = "${path('c.sock')}"\n[storage]\ndirectory = "${path('data', 'kalitka')}"\n${settings}`;
    await writeFile(path('panel.toml'), text, { mode: 0o600 });
    const found = new Map<string, Finding[]>();
    for await (const finding of diagnose(path('panel.toml'), {
      root: path('root'),
      env: { PATH: path('bin') },
    })) {
      found.set(finding.about, [...(found.get(finding.about) ?? []), finding]);
      assert.doesNotMatch(JSON.stringify(finding), /s3cret/);
      // whatever is wrong comes with what mends it
      if (finding.level !== 'ok' && finding.about !== 'config')
        assert.ok(finding.mend, JSON.stringify(finding));
    }
    return found;
  }

  const brief = (found: Map<string, Finding[]>, about: string): string[] =>
    (found.get(about) ?? []).map(({ level, text }) => `${level}: ${text.replaceAll(path(), '~')}`);

  const GOOD =
    '[display]\ndriver = "memory"\n[gpio]\nbackend = "sim"\n[audio]\ninput = "test"\noutput = "none"\n';

  it('finds nothing wrong where nothing is', async () => {
    await timeServer('yes');
    const found = await diagnosis(GOOD);
    const wrong = [...found.values()].flat().filter(({ level }) => level === 'fail');
    assert.deepEqual(wrong, []);
    assert.deepEqual(brief(found, 'config'), ['ok: ~/panel.toml']);
    assert.deepEqual(brief(found, 'route'), ['ok: 127.0.0.1 is reached from 127.0.0.1']);
    assert.deepEqual(brief(found, 'panel'), ['warn: does not run: nothing answers on ~/c.sock']);
    assert.deepEqual(brief(found, 'clock'), ['ok: synchronised']);
    assert.match(brief(found, 'storage')[0] ?? '', /^ok: ~\/data\/kalitka, \d+ MiB free$/);
    assert.deepEqual(brief(found, 'addon'), ['ok: the native addon can be loaded']);
    assert.deepEqual(brief(found, 'gstreamer'), ['ok: every element is there']);
  });

  it('says what is missing on a bare machine', async () => {
    await timeServer(null);
    await writeFile(path('data'), 'in the way');
    const found = await diagnosis('');
    assert.match(
      brief(found, 'config')[0] ?? '',
      /^fail: .*display\.driver: "drm" is not in this version yet/,
    );
    assert.deepEqual(brief(found, 'microphone'), ['fail: no sound card for capture']);
    assert.deepEqual(brief(found, 'loudspeaker'), ['fail: no sound card for playback']);
    assert.deepEqual(brief(found, 'display'), ['fail: there is no /dev/dri/card*']);
    assert.deepEqual(brief(found, 'touch'), ['fail: no touchscreen found']);
    assert.deepEqual(brief(found, 'gpio'), ['fail: no GPIO chip found']);
    assert.match(brief(found, 'storage')[0] ?? '', /^fail: cannot write/);
    assert.deepEqual(brief(found, 'clock'), ['warn: cannot tell whether it is synchronised']);
  });

  it('finds the devices of a whole one', async () => {
    await timeServer('no');
    await machine({
      '/proc/asound/cards': ' 0 [Headphones     ]: bcm2835\n 1 [Device         ]: USB-Audio\n',
      '/proc/asound/pcm':
        '00-00: bcm2835 : bcm2835 : playback 8\n01-00: USB Audio : USB Audio : playback 1 : capture 1\n',
      '/dev/snd/pcmC0D0p': '',
      '/dev/dri/card1': '',
      '/dev/dri/renderD128': '',
      '/dev/gpiochip0': '',
      '/dev/input/event3': '',
      '/proc/bus/input/devices': `${KEYBOARD}\n${TOUCHSCREEN}\n`,
      '/run/systemd/timesync/synchronized': '',
    });
    const found = await diagnosis('[audio]\ninput = "alsa:plughw:CARD=Device"\noutput = "alsa:default"\n');
    assert.deepEqual(brief(found, 'microphone'), ['ok: alsa:plughw:CARD=Device; cards: 1 (Device)']);
    assert.deepEqual(brief(found, 'loudspeaker'), ['ok: alsa:default; cards: 0 (Headphones), 1 (Device)']);
    assert.deepEqual(brief(found, 'display'), ['ok: /dev/dri/card1']);
    assert.deepEqual(brief(found, 'touch'), ['ok: /dev/input/event3']);
    assert.deepEqual(brief(found, 'gpio'), ['ok: /dev/gpiochip0']);
    assert.deepEqual(brief(found, 'clock'), ['ok: synchronised']);
  });

  it('tells a sound card and a touchscreen that are not there from those that are', async () => {
    await timeServer('no');
    await machine({
      '/proc/asound/cards': ' 0 [Headphones     ]: bcm2835\n',
      '/proc/asound/pcm': '00-00: bcm2835 : bcm2835 : playback 8\n',
      '/proc/bus/input/devices': `${KEYBOARD}\n`,
      '/sys/class/gpio/export': '',
    });
    const found = await diagnosis(
      '[audio]\noutput = "alsa:hw:1,0"\n[touch]\ndevice = "/dev/input/event9"\n[gpio]\nbackend = "onoff"\n',
    );
    assert.deepEqual(brief(found, 'microphone'), ['fail: no sound card for capture']);
    assert.deepEqual(brief(found, 'loudspeaker'), ['fail: no card "1"; there are: 0 (Headphones)']);
    assert.deepEqual(brief(found, 'touch'), ['fail: /dev/input/event9 does not exist']);
    assert.deepEqual(brief(found, 'gpio'), ['ok: /sys/class/gpio']);
    assert.deepEqual(brief(found, 'clock'), ['warn: not synchronised']);
  });

  it('asks the running panel', async () => {
    await timeServer('yes');
    const panel = new FakePanel();
    const server = new ControlServer({ path: path('c.sock'), handler: panel, log: silentLog });
    await server.start();
    try {
      assert.deepEqual(brief(await diagnosis(GOOD), 'line'), ['ok: registered at sip.example.org']);
      panel.change({
        line: { ...panel.current.line, state: 'refused', reason: 'wrong-password' },
        face: { ...panel.current.face, state: 'failed' },
        gpio: { ...panel.current.gpio, state: 'failed' },
      });
      const found = await diagnosis(GOOD);
      assert.deepEqual(brief(found, 'panel'), ['ok: runs; answers on ~/c.sock']);
      assert.deepEqual(brief(found, 'line'), ['fail: refused: wrong-password']);
      assert.match(found.get('line')?.[0]?.mend ?? '', /check sip\.login and the password/);
      assert.deepEqual(brief(found, 'screen'), ['fail: its process is failed']);
      assert.deepEqual(brief(found, 'wiring'), ['fail: the lines cannot be used']);
    } finally {
      await server.stop();
    }
  });

  it('tells of every mistake in the configuration, and looks at the rest of the machine', async () => {
    await timeServer('yes');
    const found = await diagnosis('volume = 1\n[log]\nlevel = 1\n');
    assert.equal(found.get('config')?.length, 2);
    assert.deepEqual(brief(found, 'clock'), ['ok: synchronised']);
    assert.deepEqual(brief(found, 'gstreamer'), ['ok: every element is there']);
  });

  it('wants a Node that is new enough', () => {
    for (const version of ['20.19.0', '20.20.2', '24.0.0', '26.1.0'])
      assert.equal(checkNode(version).level, 'ok');
    for (const version of ['18.20.0', '20.18.3', '8.0.0']) assert.equal(checkNode(version).level, 'fail');
  });
});
