// The page shows the panel's screen live: whatever changes on it must arrive, and nothing else.
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScreenFeed } from '../../src/sim/screen-feed.js';
import { FakeClock } from '../support/fake-clock.js';

const [width, height] = [4, 20];

class Page {
  busy = false;
  readonly bands: { top: number; rows: number; first: number }[] = [];
  readonly picture = Buffer.alloc(width * height * 4);

  send(data: Uint8Array): void {
    const message = Buffer.from(data);
    assert.equal(message.readUInt16LE(0), width);
    assert.equal(message.readUInt16LE(2), height);
    const [top, rows] = [message.readUInt16LE(4), message.readUInt16LE(6)];
    assert.equal(message.length, 8 + rows * width * 4);
    this.bands.push({ top, rows, first: message.readUInt8(8) });
    message.copy(this.picture, top * width * 4, 8);
  }
}

describe('the screen feed', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let feed: ScreenFeed;
  const screen = Buffer.alloc(width * height * 4);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kalitka-feed-'));
    file = join(folder, 'screen');
    clock = new FakeClock();
    feed = new ScreenFeed({ file, width, height, clock });
    screen.fill(7);
  });
  afterEach(() => {
    feed.stop();
    assert.equal(clock.running, 0);
    rmSync(folder, { recursive: true });
  });
  const draw = (row: number, value: number): void => {
    screen.fill(value, row * width * 4, (row + 1) * width * 4);
    writeFileSync(file, screen);
  };

  it('sends the whole picture first, then only the bands that change', async () => {
    writeFileSync(file, screen);
    const page = new Page();
    feed.add(page);
    assert.deepEqual(page.bands, [{ top: 0, rows: 20, first: 7 }]);
    draw(9, 1);
    await clock.advance(50);
    assert.deepEqual(page.bands.slice(1), [{ top: 8, rows: 8, first: 7 }]);
    draw(0, 2);
    draw(19, 3);
    await clock.advance(50);
    assert.deepEqual(page.bands.slice(2), [
      { top: 0, rows: 8, first: 2 },
      { top: 16, rows: 4, first: 7 },
    ]);
    await clock.advance(5000);
    assert.equal(page.bands.length, 4);
    assert.deepEqual(page.picture, screen);
  });

  it('waits for a panel that has no screen yet', async () => {
    const page = new Page();
    feed.add(page);
    await clock.advance(1000);
    assert.equal(page.bands.length, 0);
    draw(0, 5);
    await clock.advance(200);
    assert.deepEqual(page.picture, screen);
  });

  it('sends nothing to a page that does not keep up, and the latest picture when it does again', async () => {
    writeFileSync(file, screen);
    const page = new Page();
    feed.add(page);
    page.busy = true;
    draw(3, 1);
    await clock.advance(200);
    draw(3, 9);
    await clock.advance(200);
    assert.equal(page.bands.length, 1);
    page.busy = false;
    await clock.advance(200);
    assert.equal(page.bands.length, 2);
    assert.deepEqual(page.picture, screen);
  });

  it('does nothing while nobody looks', async () => {
    writeFileSync(file, screen);
    const page = new Page();
    feed.add(page);
    feed.remove(page);
    await clock.advance(200);
    assert.equal(clock.running, 0);
  });
});
