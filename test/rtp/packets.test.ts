// Packets as bytes: what is written is read again, and no bytes whatever make the readers throw.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspectH264 } from '../../src/rtp/h264-key-frame.js';
import { buildRtcp, parseRtcp, type RtcpPacket } from '../../src/rtp/rtcp-packet.js';
import {
  buildRtp,
  parseRtp,
  rewriteRtp,
  sequenceDelta,
  timestampDelta,
  type RtpFields,
} from '../../src/rtp/rtp-packet.js';
import {
  buildTelephoneEvent,
  digitOfEvent,
  eventOfDigit,
  parseTelephoneEvent,
} from '../../src/rtp/telephone-event.js';

/** Like the objects our code makes. */
const PLAIN = { noNullPrototype: true } as const;
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((b) => Buffer.from(b));
const rtpFields: fc.Arbitrary<RtpFields> = fc.record(
  {
    marker: fc.boolean(),
    payloadType: uint(7),
    sequence: uint(16),
    timestamp: uint(32),
    ssrc: uint(32),
  },
  PLAIN,
);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('rtp: packets', () => {
  describe('RTP', () => {
    it('reads what it wrote', () => {
      fc.assert(
        fc.property(rtpFields, bytes(64), (fields, payload) => {
          const data = buildRtp(fields, payload);
          const { payloadStart, payloadEnd, ...read } = parseRtp(data)!;
          assert.deepEqual(read, fields);
          assert.deepEqual(data.subarray(payloadStart, payloadEnd), payload);
        }),
      );
    });

    it('rewrites a packet in place and leaves CSRC list, extension, padding and payload alone', () => {
      // CC 1, extension of one word, 2 bytes of payload, 2 of padding
      const data = hex('b1 08 0001 00000002 00000003 0000000c bede0001 11223344 aabb 0002');
      const fields = { marker: true, payloadType: 96, sequence: 9, timestamp: 10, ssrc: 11 };
      rewriteRtp(data, fields);
      const header = parseRtp(data)!;
      assert.deepEqual(header, { ...fields, payloadStart: 24, payloadEnd: 26 });
      assert.deepEqual(data.subarray(12), hex('0000000c bede0001 11223344 aabb 0002'));
    });

    const malformed: [string, string][] = [
      ['nothing', ''],
      ['shorter than a header', '80000001 00000002 000000'],
      ['version 1', '40000001 00000002 00000003'],
      ['more CSRCs than bytes', '8f000001 00000002 00000003 00000004'],
      ['an extension header that is cut off', '90000001 00000002 00000003 bede'],
      ['an extension longer than the packet', '90000001 00000002 00000003 bede0009 00000000'],
      ['padding of length 0', 'a0000001 00000002 00000003 0000'],
      ['padding longer than the payload', 'a0000001 00000002 00000003 0005'],
    ];
    for (const [what, data] of malformed) {
      it(`refuses ${what}`, () => assert.equal(parseRtp(hex(data)), null));
    }

    it('reads any bytes without throwing, and never a payload outside of them', () => {
      fc.assert(
        fc.property(bytes(80), (data) => {
          if (data.length > 0) data[0] = 0x80 | (data[0]! & 0x3f);
          const header = parseRtp(data);
          if (!header) return;
          assert.ok(header.payloadStart >= 12 && header.payloadStart <= header.payloadEnd);
          assert.ok(header.payloadEnd <= data.length);
        }),
        { numRuns: 2000 },
      );
    });

    it('counts across the wrap of sequence numbers and timestamps', () => {
      assert.equal(sequenceDelta(65_535, 0), 1);
      assert.equal(sequenceDelta(0, 65_535), -1);
      assert.equal(sequenceDelta(10, 32_000), 31_990);
      assert.equal(timestampDelta(0xffff_ffff, 4), 5);
      assert.equal(timestampDelta(4, 0xffff_ffff), -5);
    });
  });

  describe('RTCP', () => {
    const report = fc.record(
      {
        ssrc: uint(32),
        fractionLost: uint(8),
        lost: fc.integer({ min: -0x800000, max: 0x7fffff }),
        highestSequence: uint(32),
        jitter: uint(32),
        lastSr: uint(32),
        delaySinceLastSr: uint(32),
      },
      PLAIN,
    );
    const reports = fc.array(report, { maxLength: 4 });
    const packet: fc.Arbitrary<Exclude<RtcpPacket, { type: 'other' }>> = fc.oneof(
      fc.record(
        {
          type: fc.constant('sr' as const),
          ssrc: uint(32),
          ntp: fc.record({ seconds: uint(32), fraction: uint(32) }, PLAIN),
          rtpTimestamp: uint(32),
          packets: uint(32),
          octets: uint(32),
          reports,
        },
        PLAIN,
      ),
      fc.record({ type: fc.constant('rr' as const), ssrc: uint(32), reports }, PLAIN),
      fc.record(
        {
          type: fc.constant('sdes' as const),
          ssrc: uint(32),
          cname: fc.stringMatching(/^[a-z0-9@.]{0,40}$/),
        },
        PLAIN,
      ),
      fc.record({ type: fc.constant('bye' as const), ssrcs: fc.array(uint(32), { maxLength: 3 }) }, PLAIN),
      fc.record({ type: fc.constant('pli' as const), ssrc: uint(32), media: uint(32) }, PLAIN),
      fc.record(
        {
          type: fc.constant('fir' as const),
          ssrc: uint(32),
          entries: fc.array(fc.record({ ssrc: uint(32), sequence: uint(8) }, PLAIN), { maxLength: 3 }),
        },
        PLAIN,
      ),
    );

    it('reads the compounds it wrote', () => {
      fc.assert(
        fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), (packets) => {
          assert.deepEqual(parseRtcp(buildRtcp(packets)), packets);
        }),
      );
    });

    it('reads a sender report with feedback behind it as another implementation wrote it', () => {
      // bytes laid out by hand after RFC 3550, section 6.4.1, and RFC 4585, section 6.3.1
      const data = hex(
        '81c8000c 11111111 e8f00102 80000000 00000064 00000005 00000320' +
          '22222222 40ffffff 00010002 00000007 01028000 00010000' +
          '81ce0002 11111111 22222222',
      );
      assert.deepEqual(parseRtcp(data), [
        {
          type: 'sr',
          ssrc: 0x11111111,
          ntp: { seconds: 0xe8f00102, fraction: 0x80000000 },
          rtpTimestamp: 100,
          packets: 5,
          octets: 800,
          reports: [
            {
              ssrc: 0x22222222,
              fractionLost: 64,
              lost: -1,
              highestSequence: 0x10002,
              jitter: 7,
              lastSr: 0x01028000,
              delaySinceLastSr: 0x10000,
            },
          ],
        },
        { type: 'pli', ssrc: 0x11111111, media: 0x22222222 },
      ]);
    });

    it('writes FIR as RFC 5104 has it: media source 0, sequence in the top byte', () => {
      const data = buildRtcp([{ type: 'fir', ssrc: 1, entries: [{ ssrc: 2, sequence: 200 }] }]);
      assert.deepEqual(data, hex('84ce0004 00000001 00000000 00000002 c8000000'));
    });

    const unreadable: [string, string][] = [
      ['nothing', ''],
      ['an RTP packet', '80000001 00000002 00000003'],
      ['a length beyond its end', '80c90002 00000001'],
      ['a second packet of version 0', '80c90001 00000001 00c90001 00000001'],
      ['half a header', '80c90001 00000001 80c9'],
      ['padding in the middle', 'a0c90001 00000004 80c90001 00000001'],
      ['padding longer than the packet', 'a0c90001 00000008'],
    ];
    for (const [what, data] of unreadable) {
      it(`refuses ${what}`, () => assert.equal(parseRtcp(hex(data)), null));
    }

    it('passes over what it does not know, and over bodies too short for their kind', () => {
      const types = parseRtcp(hex('80cc0001 00000001 81c80001 00000001 9fc90001 00000001 8fce0000'));
      assert.deepEqual(types, [
        { type: 'other', packetType: 204 },
        { type: 'other', packetType: 200 },
        { type: 'other', packetType: 201 },
        { type: 'other', packetType: 206 },
      ]);
    });

    it('reads any bytes without throwing, also behind headers that look right', () => {
      const framed = fc
        .array(fc.tuple(uint(5), fc.integer({ min: 200, max: 207 }), uint(4), bytes(60)), {
          minLength: 1,
          maxLength: 3,
        })
        .map((parts) =>
          Buffer.concat(
            parts.flatMap(([count, type, words, body]) => [
              Buffer.from([0x80 | count, type, 0, words]),
              Buffer.concat([body, Buffer.alloc(60)]).subarray(0, words * 4),
            ]),
          ),
        );
      fc.assert(
        fc.property(fc.oneof(bytes(80), framed), (data) => void parseRtcp(data)),
        { numRuns: 3000 },
      );
    });
  });

  describe('telephone-event', () => {
    it('reads what it wrote', () => {
      const event = fc.record(
        {
          event: uint(8),
          end: fc.boolean(),
          volume: uint(6),
          duration: uint(16),
        },
        PLAIN,
      );
      fc.assert(fc.property(event, (e) => assert.deepEqual(parseTelephoneEvent(buildTelephoneEvent(e)), e)));
    });

    it('is four bytes, with the end bit on top of the volume', () => {
      assert.deepEqual(
        buildTelephoneEvent({ event: 11, end: true, volume: 10, duration: 1280 }),
        hex('0b 8a 0500'),
      );
    });

    it('knows the sixteen digits and nothing else', () => {
      for (const [event, digit] of Array.from('0123456789*#ABCD').entries()) {
        assert.equal(eventOfDigit(digit), event);
        assert.equal(digitOfEvent(event), digit);
      }
      for (const digit of ['', 'E', 'a', '12', ' ']) assert.equal(eventOfDigit(digit), null);
      assert.equal(digitOfEvent(16), null);
    });

    it('refuses a payload of three bytes', () => assert.equal(parseTelephoneEvent(hex('0b8a05')), null));
  });

  describe('H.264', () => {
    const table: [string, string, boolean, boolean][] = [
      // what, payload, key, slice
      ['a non-IDR slice', '41 9a', false, true],
      ['an IDR slice', '65 88', true, true],
      ['an SPS', '67 42', true, false],
      ['a PPS', '68 ce', false, false],
      ['SEI', '06 05', false, false],
      ['an access unit delimiter', '09 10', false, false],
      ['STAP-A of SPS and PPS', '78 0002 6742 0002 68ce', true, false],
      ['STAP-A with an IDR slice', '78 0001 09 0002 6588', true, true],
      ['STAP-A of non-IDR slices', '78 0001 41 0002 419a', false, true],
      ['the first fragment of an IDR slice', '7c 85 88', true, true],
      ['the middle of an IDR slice', '7c 05 88', false, true],
      ['the last fragment of an IDR slice', '7c 45 88', false, true],
      ['the first fragment of a non-IDR slice', '5c 81 9a', false, true],
    ];
    for (const [what, payload, key, slice] of table) {
      it(`sees ${what}`, () => assert.deepEqual(inspectH264(hex(payload)), { key, slice }));
    }

    for (const [what, payload] of [
      ['an empty payload', ''],
      ['type 0', '00'],
      ['half an FU-A header', '7c'],
      ['an empty STAP-A', '78'],
      ['a STAP-A whose unit is longer than it', '78 0005 67'],
      ['a STAP-A with an empty unit', '78 0000 67'],
      ['the interleaved mode', '19 0000 0001 67'],
    ] as const) {
      it(`refuses ${what}`, () => assert.equal(inspectH264(hex(payload)), null));
    }

    it('looks into any bytes without throwing', () => {
      fc.assert(
        fc.property(bytes(40), fc.constantFrom(0x78, 0x7c, 0x00), (data, type) => {
          if (type && data.length) data[0] = type;
          inspectH264(data);
        }),
        { numRuns: 2000 },
      );
    });
  });
});
