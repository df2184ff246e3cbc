// The far end's picture, sent by a real encoder, as frames for the screen.
import assert from 'node:assert/strict';
import type { FaceMedia } from '../../../src/face/messages.js';
import { systemClock } from '../../../src/system/clock.js';
import { MediaHost, type Pixel } from '../support/media-host.js';
import { RtpProbe } from '../support/rtp-probe.js';
import { Sender, type PictureOptions } from '../support/sender.js';
import { until } from '../support/until.js';

const isRed = ([r, g, b]: Pixel) => r > 200 && g < 60 && b < 60;
const isBlue = ([r, g, b]: Pixel) => r < 60 && g < 60 && b > 200;
const isBlack = ([r, g, b]: Pixel) => r < 10 && g < 10 && b < 10;

function media(call: string, payloadType = 102, parameterSets: string | null = null): FaceMedia {
  return { call, audio: null, video: { codec: 'H264', receivePayloadType: payloadType, parameterSets } };
}

describe('the picture', () => {
  let host: MediaHost;
  const senders: Sender[] = [];
  const probes: RtpProbe[] = [];

  beforeEach(() => {
    host = new MediaHost();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.stop()));
    for (const probe of probes.splice(0)) probe.close();
    assert.equal(await host.stop(), true);
  });

  function send(options: PictureOptions): Sender {
    const sender = Sender.picture(options);
    senders.push(sender);
    return sender;
  }

  async function probe(): Promise<{ probe: RtpProbe; port: number }> {
    const made = new RtpProbe();
    probes.push(made);
    return { probe: made, port: await made.open() };
  }

  const wishes = () => host.messages.filter((m) => m.type === 'key-frame-wanted').length;

  it('fills the screen, in its colours', async () => {
    const { videoPort } = await host.apply(media('a'));
    send({ port: videoPort, pattern: 'red', width: 800, height: 480 });
    const frame = await host.frame('a frame', () => true);
    assert.deepEqual([frame.width, frame.height, frame.bytes], [800, 480, 800 * 480 * 4]);
    assert.ok(isRed(frame.middle) && isRed(frame.corner) && isRed(frame.left));
  });

  it('keeps its shape: black beside a narrow picture, black above a wide one', async () => {
    const { videoPort } = await host.apply(media('a'));
    const narrow = send({ port: videoPort, pattern: 'red', width: 640, height: 480 });
    const four = await host.frame('a 4:3 picture', () => true);
    assert.ok(isRed(four.middle) && isBlack(four.left) && isBlack(four.corner));
    await narrow.stop();
    send({ port: videoPort, pattern: 'blue', width: 1280, height: 720 });
    const wide = await host.frame('a 16:9 picture', (f) => isBlue(f.middle));
    assert.ok(isBlue(wide.left) && isBlack(wide.corner));
    assert.deepEqual((await host.state()).figures?.size, { width: 1280, height: 720 });
  });

  it('goes on through another sender: SSRC, sequence, timestamps, size, all at once', async () => {
    const { videoPort } = await host.apply(media('a'));
    for (const [pattern, is] of [
      ['red', isRed],
      ['blue', isBlue],
      ['red', isRed],
    ] as const) {
      const sender = send({ port: videoPort, pattern, width: is === isRed ? 640 : 1280, height: 480 });
      await host.frame(pattern, (f) => is(f.middle));
      await sender.stop();
    }
    assert.equal(host.messages.filter((m) => m.type === 'media-ready').length, 1);
  });

  for (const payloadType of [96, 127]) {
    it(`takes payload type ${payloadType}`, async () => {
      const { videoPort } = await host.apply(media('a', payloadType));
      send({ port: videoPort, payloadType });
      await host.frame('a frame', (f) => isRed(f.middle));
    });
  }

  it('takes parameter sets that come in the session description only', async () => {
    const parameterSets = await Sender.parameterSets({ port: 9, outOfBand: true });
    const { videoPort } = await host.apply(media('a', 102, parameterSets));
    send({ port: videoPort, outOfBand: true });
    await host.frame('a frame', (f) => isRed(f.middle));
  });

  it('is not disturbed by parameter sets that make no sense', async () => {
    const { videoPort } = await host.apply(media('a', 102, '",fakesink="!,Z0IACg==,////'));
    send({ port: videoPort });
    await host.frame('a frame', (f) => isRed(f.middle));
  });

  it('asks for a key frame when it starts, and while nothing can be decoded', async () => {
    const { probe: relay, port } = await probe();
    const { videoPort } = await host.apply(media('a'));
    assert.equal(wishes(), 1);
    // all but the very first key frame's packets: no picture can be made
    relay.forward = { port: videoPort, change: (packet) => (isKeyFrame(packet) ? null : packet) };
    send({ port, keyInterval: 1000 });
    await until('the wish for a key frame', () => wishes() >= 2);
    assert.equal(host.frames.length, 0);
  });

  it('shows nothing of the call before, not even where the new one begins without a key frame', async () => {
    const { probe: relay, port } = await probe();
    const parameterSets = await Sender.parameterSets({ port: 9, keyInterval: 50 });
    const first = await host.apply(media('a', 102, parameterSets));
    relay.forward = { port: first.videoPort };
    send({ port, pattern: 'red', keyInterval: 50 });
    await host.frame('the first call', (f) => isRed(f.middle));

    const second = await host.apply(media('b', 102, parameterSets));
    assert.notEqual(second.videoPort, first.videoPort);
    const shownBefore = host.frames.length;
    // the same stream goes on, but without its key frames
    let passed = 0;
    relay.forward = {
      port: second.videoPort,
      change: (packet) => (isKeyFrame(packet) ? null : (passed++, packet)),
    };
    await until('packets of the second call', () => passed > 30);
    assert.equal(host.frames.length, shownBefore);
  });

  it('recovers from damaged packets', async () => {
    const { probe: relay, port } = await probe();
    const { videoPort } = await host.apply(media('a'));
    let damaged = 0;
    relay.forward = {
      port: videoPort,
      change: (packet, i) => {
        if (i % 3 === 0) return packet;
        damaged += 1;
        for (let at = 12 + (i % 7); at < packet.length; at += 23) packet[at] = (packet[at]! * 31 + i) & 0xff;
        return packet;
      },
    };
    send({ port, width: 1280, height: 720 });
    await until('damage', () => damaged > 100);
    const healed = systemClock.steady();
    // a pipeline that gave up was built anew on another port
    await until('a clean picture', () => {
      relay.forward = { port: host.videoPort };
      return host.frames.some((f) => f.at > healed && isRed(f.middle));
    });
  });

  it('refuses a picture beyond all bounds, and shows the next one', async () => {
    const { videoPort } = await host.apply(media('a'));
    const huge = send({ port: videoPort, width: 2560, height: 1440 });
    const error = await until('the refusal', () => host.messages.find((m) => m.type === 'pipeline-error'));
    assert.equal(error.stream, 'video');
    await huge.stop();
    const port = await until('a new port', () => host.videoPort !== videoPort && host.videoPort);
    send({ port });
    await host.frame('a frame', (f) => isRed(f.middle));
  });
});

/** NAL unit types 5, 7, 8, also within FU-A and STAP-A (RFC 6184, section 5.4). */
function isKeyFrame(packet: Buffer): boolean {
  const type = packet[12]! & 0x1f;
  const inner = type === 28 ? packet[13]! & 0x1f : type === 24 ? packet[15]! & 0x1f : type;
  return inner === 5 || inner === 7 || inner === 8;
}
