// What the station hears decides whether the demo's sound test passes: the meter itself must not be fooled.
import { strict as assert } from 'node:assert';
import {
  decodePcmu,
  level,
  measureSound,
  sampleRate,
  SoundMeter,
  toneShare,
} from '../../src/sim/sound-meter.js';

const sine = (hz: number, amplitude: number, seconds = 0.5): Float32Array =>
  Float32Array.from(
    { length: sampleRate * seconds },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / sampleRate),
  );

describe('the sound meter', () => {
  it('decodes G.711 at the points that the recommendation lists', () => {
    const [loudest, quietest, zero] = decodePcmu(Uint8Array.of(0x80, 0x00, 0xff));
    assert.ok(loudest && quietest);
    assert.ok(Math.abs(loudest - 32_124 / 32_768) < 1e-6);
    assert.ok(Math.abs(quietest + 32_124 / 32_768) < 1e-6);
    assert.equal(Math.abs(zero ?? 1), 0);
  });

  it('measures level and frequency of a sine', () => {
    const sound = measureSound(sine(440, 0.5), sampleRate);
    assert.equal(sound.frequency, 440);
    assert.ok(Math.abs(sound.level - -9.03) < 0.1, `${sound.level} dBFS`);
    assert.ok(sound.share > 0.99);
  });

  it('finds no tone in noise and none in another tone', () => {
    let seed = 1;
    const noise = Float32Array.from({ length: 4000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 1_073_741_824 - 1;
    });
    assert.ok(measureSound(noise, sampleRate).share < 0.1);
    assert.ok(toneShare(sine(620, 0.5), 440) < 0.01);
  });

  it('hears silence as silence', () => {
    assert.equal(level(new Float32Array(100)), Number.NEGATIVE_INFINITY);
    assert.equal(new SoundMeter().measure(), null);
  });

  it('keeps the last half second', () => {
    const meter = new SoundMeter();
    meter.push(new Uint8Array(4000).fill(0x00));
    meter.push(new Uint8Array(4000).fill(0xff));
    assert.equal(meter.measure()?.level, Number.NEGATIVE_INFINITY);
    meter.clear();
    assert.equal(meter.measure(), null);
  });
});
