// Sound both ways, measured on the wire and in the file.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaceMedia } from '../../../src/face/messages.js';
import type { AudioCodec } from '../../../src/sdp/media.js';
import { decodePcma, decodePcmu, readWav, rms, shareAt } from '../support/g711.js';
import { MediaHost } from '../support/media-host.js';
import { RtpProbe, type Packet } from '../support/rtp-probe.js';
import { Sender } from '../support/sender.js';
import { until } from '../support/until.js';

interface AudioOptions {
  call?: string;
  codec?: AudioCodec;
  payloadType?: number;
  ptime?: number;
  sendTo?: number;
}

/** Sound that is played, and sent where `sendTo` is given. */
function media(options: AudioOptions = {}): FaceMedia {
  const { call = 'a', codec = 'PCMU', ptime = 20, sendTo } = options;
  const receivePayloadType = options.payloadType ?? (codec === 'PCMU' ? 0 : 8);
  return {
    call,
    audio: {
      codec,
      receivePayloadType,
      ptime,
      sendTo: sendTo ?? 9,
      send: sendTo !== undefined,
      receive: true,
    },
    video: null,
  };
}

describe('sound', () => {
  const hosts: MediaHost[] = [];
  const senders: Sender[] = [];
  let probe: RtpProbe;
  let sendTo: number;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kalitka-sound-'));
    probe = new RtpProbe();
    sendTo = await probe.open();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.stop()));
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
    probe.close();
    rmSync(folder, { recursive: true });
  });

  function start(options: ConstructorParameters<typeof MediaHost>[0]): MediaHost {
    const host = new MediaHost(options);
    hosts.push(host);
    return host;
  }

  function tone(port: number, codec: AudioCodec, hz: number): Sender {
    const sender = Sender.tone({ port, codec, hz, volume: 0.5 });
    senders.push(sender);
    return sender;
  }

  /** `count` packets from now on, and the sound in them. */
  async function heard(
    count: number,
    decode: (bytes: Buffer) => Float64Array,
  ): Promise<[Packet[], Float64Array]> {
    const known = probe.packets.length;
    await until(`${count} packets`, () => probe.packets.length >= known + count);
    const packets = probe.packets.slice(known, known + count);
    return [packets, decode(Buffer.concat(packets.map((p) => p.payload)))];
  }

  /** The newest half second of a recording, once there is one. */
  const recorded = (path: string) =>
    until('a second of sound', () => {
      if (!statSync(path, { throwIfNoEntry: false })) return null;
      const { rate, samples } = readWav(readFileSync(path));
      assert.equal(rate, 8000);
      return samples.length > rate && samples.subarray(-rate / 2);
    });

  for (const codec of ['PCMU', 'PCMA'] as const) {
    it(`in ${codec} is written to the file as it was sent`, async () => {
      const path = join(folder, 'sound.wav');
      const host = start({ output: `file:${path}` });
      const { audioPort } = await host.apply(media({ codec }));
      tone(audioPort, codec, 1000);
      const samples = await recorded(path);
      assert.ok(shareAt(samples, 1000) > 0.98);
      // a sine of amplitude 0.5 has -9 dBFS
      assert.ok(Math.abs(rms(samples) + 9.03) < 0.5, `${rms(samples)} dBFS`);
      const { figures } = await until('the level', async () => {
        const state = await host.state();
        return state.figures?.playedLevel !== null && state;
      });
      assert.ok(Math.abs(figures!.playedLevel! + 9.03) < 0.5, `${figures!.playedLevel} dBFS`);
    });
  }

  it('is a valid recording whenever one looks, also after a SIGKILL', async () => {
    const path = join(folder, 'sound.wav');
    const host = start({ output: `file:${path}` });
    const { audioPort } = await host.apply(media());
    tone(audioPort, 'PCMU', 700);
    await recorded(path);
    await host.kill();
    const { samples } = readWav(readFileSync(path));
    assert.ok(shareAt(samples.subarray(-4000), 700) > 0.98);
  });

  it('goes on in the same file when a call is renegotiated, and into a new one with the next call', async () => {
    const path = join(folder, 'sound.wav');
    const host = start({ output: `file:${path}` });
    const first = await host.apply(media({ codec: 'PCMU' }));
    const sender = tone(first.audioPort, 'PCMU', 700);
    await recorded(path);
    await sender.stop();
    const second = await host.apply(media({ codec: 'PCMA' }));
    const other = tone(second.audioPort, 'PCMA', 1500);
    await until('the second tone', async () => shareAt(await recorded(path), 1500) > 0.98);
    const { samples } = readWav(readFileSync(path));
    assert.ok(shareAt(samples.subarray(400, 4400), 700) > 0.98, 'the first tone is still there');
    await other.stop();
    await host.apply(media({ call: 'b' }));
    assert.equal(readWav(readFileSync(path)).samples.length, 0);
  });

  it('of the test microphone goes out as PCMU, 20 ms a packet, and as silence while muted', async () => {
    const host = start({ input: 'test' });
    await host.apply(media({ sendTo }));
    const [packets, samples] = await heard(50, decodePcmu);
    assert.ok(packets.every((p) => p.payload.length === 160 && p.payloadType === 0));
    assert.ok(shareAt(samples, 440) > 0.95);
    assert.ok(Math.abs(rms(samples) + 17) < 1, `${rms(samples)} dBFS`);

    host.mute(true);
    await until('silence', async () => rms((await heard(5, decodePcmu))[1]) < -70);
    host.mute(false);
    await until('the tone', async () => rms((await heard(5, decodePcmu))[1]) > -20);
    await until('the level', async () => {
      const level = (await host.state()).figures?.recordedLevel;
      return typeof level === 'number' && Math.abs(level + 17) < 1;
    });
  });

  it('goes out as PCMA in packets of 30 ms where that was agreed', async () => {
    const host = start({ input: 'test' });
    await host.apply(media({ codec: 'PCMA', ptime: 30, sendTo }));
    const [packets, samples] = await heard(30, decodePcma);
    assert.ok(packets.every((p) => p.payload.length === 240 && p.payloadType === 8));
    assert.ok(shareAt(samples, 440) > 0.95);
  });

  it('is silence, packet for packet, where no microphone is configured', async () => {
    const host = start({ input: 'none' });
    await host.apply(media({ sendTo }));
    const [packets, samples] = await heard(25, decodePcmu);
    assert.ok(packets.every((p, i) => i === 0 || p.sequence === ((packets[i - 1]!.sequence + 1) & 0xffff)));
    assert.ok(rms(samples) < -70);
  });

  it('that cannot be had from a sound card is told, and nothing else is disturbed', async () => {
    const host = start({ input: 'alsa:nosuchmic', output: 'alsa:nosuchspeaker' });
    const { videoPort } = await host.apply({
      ...media({ sendTo }),
      video: { codec: 'H264', receivePayloadType: 102, parameterSets: null },
    });
    senders.push(Sender.picture({ port: videoPort }));
    await host.frame('a picture', () => true);
    await heard(20, decodePcmu);
    const errors = host.messages.filter((m) => m.type === 'pipeline-error');
    assert.deepEqual(errors.map((e) => e.stream).sort(), ['audio-in', 'audio-out']);
    assert.match(
      errors.find((e) => e.stream === 'audio-in')!.message,
      /alsa:nosuchmic.*No such file or directory/,
    );
    assert.match(errors.find((e) => e.stream === 'audio-out')!.message, /alsa:nosuchspeaker/);
  });

  it('comes when the sound card does', async () => {
    const configuration = join(folder, 'asound.conf');
    writeFileSync(configuration, 'defaults.pcm.card 0\n');
    // ALSA reads it again when its time has changed by a second
    utimesSync(configuration, 1, 1);
    const host = start({ output: 'alsa:late', env: { ALSA_CONFIG_PATH: configuration } });
    await host.apply(media());
    await until('the error', () => host.messages.some((m) => m.type === 'pipeline-error'));
    assert.equal(host.audioPort, 0);

    writeFileSync(configuration, 'defaults.pcm.card 0\npcm.late { type null }\n');
    tone(await until('a port', () => host.audioPort), 'PCMU', 1000);
    await until('the level', async () => {
      const level = (await host.state()).figures?.playedLevel;
      return typeof level === 'number' && Math.abs(level + 9.03) < 0.5;
    });
  });
});
