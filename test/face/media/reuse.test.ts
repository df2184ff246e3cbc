// A panel works for years: call after call must give back what it took.
import assert from 'node:assert/strict';
import type { FaceMedia } from '../../../src/face/messages.js';
import { MediaHost, type HostState } from '../support/media-host.js';
import { RtpProbe } from '../support/rtp-probe.js';
import { Sender } from '../support/sender.js';
import { until } from '../support/until.js';

/** PCMU and PCMA by turns, a picture, sound both ways. */
function media(call: number, sendTo: number): FaceMedia {
  const codec = call % 2 ? 'PCMU' : 'PCMA';
  return {
    call: `call ${call}`,
    audio: { codec, receivePayloadType: call % 2 ? 0 : 8, ptime: 20, sendTo, send: true, receive: true },
    video: { codec: 'H264', receivePayloadType: 96, parameterSets: null },
  };
}

describe('forty calls in one face', function () {
  this.timeout(120_000);
  const senders: Sender[] = [];
  const probes: RtpProbe[] = [];
  const hosts: MediaHost[] = [];

  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.stop()));
    for (const probe of probes.splice(0)) probe.close();
    await Promise.all(hosts.splice(0).map((host) => host.kill()));
  });

  async function open(): Promise<[RtpProbe, number]> {
    const probe = new RtpProbe();
    probes.push(probe);
    return [probe, await probe.open()];
  }

  for (const [what, audio] of [
    ['with sound', { input: 'test', output: 'none' }],
    ['with a sound card that is not there', { input: 'alsa:nosuchmic', output: 'alsa:nosuchspeaker' }],
  ] as const) {
    it(`${what} leave no descriptor, no thread and no memory behind, and it ends by itself`, async () => {
      const host = new MediaHost(audio);
      hosts.push(host);
      const [picture, picturePort] = await open();
      const [sent, sendTo] = await open();
      senders.push(Sender.picture({ port: picturePort, payloadType: 96, keyInterval: 5 }));

      const call = async (n: number): Promise<HostState> => {
        const { videoPort } = await host.apply(media(n, sendTo));
        picture.forward = { port: videoPort };
        const heard = sent.packets.length;
        await Promise.all([
          host.frame('a picture', () => true),
          until('sound', () => sent.packets.length > heard + 2),
        ]);
        await host.apply(null);
        return host.state();
      };
      // the first calls build the pipelines and fill the allocator's pools
      let warm!: HostState;
      for (let n = 1; n <= 15; n++) warm = await call(n);
      let last!: HostState;
      for (let n = 16; n <= 40; n++) last = await call(n);

      // a timer or a name look-up may hold one or two at the moment we look
      assert.ok(
        last.descriptors <= warm.descriptors + 3,
        `descriptors ${warm.descriptors} -> ${last.descriptors}`,
      );
      assert.ok(last.threads <= warm.threads + 2, `threads ${warm.threads} -> ${last.threads}`);
      assert.ok(last.rssKb < warm.rssKb + 20_000, `memory ${warm.rssKb} -> ${last.rssKb} kB`);
      assert.equal(await host.stop(), true);
    });
  }
});
