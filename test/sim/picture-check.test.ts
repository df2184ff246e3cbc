// The verdict "the picture is on the screen" must come from the picture, not from any picture.
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changedShare, sceneShare, type RawPicture } from '../../src/sim/picture-check.js';
import { sceneSamples, sceneSize, visitor } from '../../src/sim/scene.js';
import { readWavTail } from '../../src/sim/wav.js';

/** A picture of blocks around the scene's samples, each in its colour, fitted to a screen by filling it. */
function scene(width: number, height: number): RawPicture {
  const data = Buffer.alloc(width * height * 4, 0x20);
  for (const { x, y, colour } of sceneSamples) {
    const [left, top] = [
      Math.round((x * width) / sceneSize.width),
      Math.round((y * height) / sceneSize.height),
    ];
    for (let row = top - 2; row <= top + 2; row++)
      for (let column = left - 2; column <= left + 2; column++)
        data.writeUInt32LE(colour, (row * width + column) * 4);
  }
  return { width, height, data };
}

describe('the picture check', () => {
  it('finds the scene on screens of any size, and not in a picture of one colour', () => {
    for (const [width, height] of [
      [800, 480],
      [1024, 600],
    ] as const) {
      assert.ok(sceneShare(scene(width, height)) > 0.9);
      for (const grey of [0x00, 0x40, 0x80, 0xff])
        assert.ok(
          sceneShare({ width, height, data: Buffer.alloc(width * height * 4, grey) }) < 0.3,
          `grey ${grey}`,
        );
    }
  });

  it('still finds it where buttons cover the lower third', () => {
    const picture = scene(800, 480);
    picture.data.fill(0x11, 320 * 800 * 4);
    assert.ok(sceneShare(picture) >= 0.5);
  });

  it('tells how much has changed', () => {
    const [one, other] = [scene(800, 480), scene(800, 480)];
    assert.equal(changedShare(one, other), 0);
    other.data.fill(0xff, 0, 48 * 800 * 4);
    assert.equal(changedShare(one, other), 0.1);
  });

  it('draws a visitor who moves, and names that need escaping', () => {
    assert.notEqual(visitor(0, 'A'), visitor(400, 'A'));
    assert.match(visitor(0, '<&"A">'), /&#60;&#38;&#34;A&#34;&#62;/);
  });
});

describe('the end of a WAV that is still being written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kalitka-wav-'));
  const file = join(folder, 'heard.wav');
  after(() => rmSync(folder, { recursive: true }));

  it('is read without trusting the sizes in its header', () => {
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(8000, 24);
    header.writeUInt16LE(16, 34);
    header.write('data', 36);
    const sound = Buffer.alloc(8000);
    for (let i = 0; i < 4000; i++) sound.writeInt16LE(i < 3200 ? 0 : 16_384, i * 2);
    writeFileSync(file, Buffer.concat([header, sound]));
    const tail = readWavTail(file, 100);
    assert.equal(tail?.rate, 8000);
    assert.deepEqual(tail.samples, new Float32Array(800).fill(0.5));
    assert.equal(readWavTail(file, 501), null);
  });

  it('is nothing where there is no file, or no WAV', () => {
    assert.equal(readWavTail(join(folder, 'none'), 100), null);
    writeFileSync(file, 'RIFF');
    assert.equal(readWavTail(file, 100), null);
  });
});
