import { deepEqual, equal } from 'node:assert/strict';
import { play, run } from './support/play.js';

const script = new URL('./support/lvgl-cases.js', import.meta.url);
const bad = 'LV_BAD_ARGUMENT';

async function check(name: string, expected: unknown): Promise<void> {
  deepEqual(await play(script, name), expected);
}

/** The case returned an object whose members are all the same. */
async function checkAll(name: string, expected: unknown): Promise<void> {
  const result = (await play(script, name)) as Record<string, unknown>;
  const others = Object.entries(result).filter(([, value]) => value !== expected);
  deepEqual(others, []);
}

describe('hw/lvgl: errors', function () {
  this.timeout(60000);

  it('refuses everything before start() and after stop(), which may come twice', () =>
    check('notRunning', {
      before: ['LV_NOT_INITIALIZED', 'LV_NOT_INITIALIZED', 'ok'],
      after: ['LV_NOT_INITIALIZED'],
      deleted: true,
    }));

  it('knows objects and fonts of an earlier run as stale', () =>
    check('restarted', { stale: ['LV_STALE_HANDLE'], alive: ['ok'], font: 'LV_STALE_HANDLE' }));

  it('refuses displays that cannot be, and starts after that', () =>
    check('start', {
      refused: {
        small: bad,
        huge: bad,
        large: bad,
        nan: bad,
        fraction: bad,
        folder: 'LV_DISPLAY_FAILED',
        drm: 'LV_NO_DRIVER',
      },
      twice: ['LV_ALREADY_INITIALIZED', 'LV_ALREADY_INITIALIZED'],
    }));

  it('refuses values that LVGL cannot take', () => check('values', []));

  it('refuses wrong classes, broken frames and broken pictures', () => checkAll('classes', bad));

  it('runs on the main thread only', () => check('worker', ['LV_WRONG_THREAD', 'LV_WRONG_THREAD']));

  it('keeps the tree a tree, and not too deep', () =>
    check('tree', {
      levels: true,
      code: bad,
      codes: {
        intoItself: bad,
        intoItsChild: bad,
        screen: bad,
        tooDeep: bad,
        across: 'ok',
        active: 'LV_BUSY',
        text: bad,
      },
      moved: true,
      gone: true,
      shown: true,
    }));

  it('refuses files that are no fonts, and sizes that are none', () =>
    check('fonts', {
      missing: bad,
      folder: bad,
      empty: bad,
      text: bad,
      magicOnly: bad,
      cut: bad,
      tableBehindTheEnd: bad,
      tableTooLong: bad,
      noGlyphs: bad,
      sizes: Array(8).fill(bad),
      good: 'ok',
    }));
});

describe('hw/lvgl: objects and properties', function () {
  this.timeout(60000);

  it('sets and reads every property that the types allow', () =>
    check('properties', { kinds: 13, many: true, wrong: [] }));

  it('gives back what was set', () => check('read', [40, 160, 'Вход \ufffd!', 0x102030, true, 2, 255]));

  it('lays out in percent and by content', () =>
    check('layout', [
      { x1: 10, y1: 20, x2: 169, y2: 59 },
      { x1: 10, y1: 25, x2: 19, y2: 54 },
    ]));

  it('draws Cyrillic, and icons from a fallback font', () => check('glyphs', { different: 5, same: true }));
});

describe('hw/lvgl: events', function () {
  this.timeout(60000);

  it('lets listeners delete themselves, their parents and the screen', () =>
    check('listeners', [
      'pressed 60 60',
      'clicked',
      'panel deleted',
      'button deleted true',
      'gone true LV_STALE_HANDLE',
      'LV_BUSY',
      'screen changed',
    ]));

  it('brings each exception of a listener to its own caller, and runs the others', () =>
    check('throwing', [
      'inner nothing of the inner one',
      'first',
      'second',
      'left over: nothing',
      'inner nothing of the inner one',
      'first',
      'second',
      'of the loop',
    ]));

  it('survives an event that sends itself', () => check('recursion', 'RangeError'));

  it('has drawn the feedback to a touch when touch() returns', () =>
    check('feedback', {
      before: [0, 255, 0, 255],
      drawnAtPress: true,
      drawnAtRelease: true,
      after: [0, 0, 255, 255],
    }));
});

describe('hw/lvgl: display', function () {
  this.timeout(60000);

  it('shares its picture in a file: BGRX, opaque, for the group only to read, kept over a restart', () =>
    check('file', {
      mode: 0o640,
      size: 320 * 240 * 4,
      first: [0x33, 0x22, 0x11, 0xff],
      png: [0x11, 0x22, 0x33, 255],
      opaque: true,
      kept: true,
      inode: true,
      again: 320 * 240 * 4,
    }));

  it('shows frames and PNG files pixel by pixel', () =>
    check('pictures', {
      frame: [
        [3, 2, 1, 255],
        [6, 5, 4, 255],
        [9, 8, 7, 255],
        [12, 11, 10, 255],
      ],
      outside: [0, 0, 0, 255],
      solid: [255, 128, 0, 255],
      clear: 0,
      png: [255, 128, 0, 255],
      larger: [128, 128, 128, 255],
    }));

  it('sleeps without a timer while nothing changes, and draws once when something does', () =>
    check('idle', { first: true, second: 1 }));

  it('gives all memory back at stop()', () => checkMember('restarts', 'grownBelow10MB'));

  it('gives the memory of objects back when they are deleted', () => checkMember('churn', 'grownBelow30MB'));

  async function checkMember(name: string, member: string): Promise<void> {
    const result = (await play(script, name)) as Record<string, unknown>;
    equal(result[member], true, JSON.stringify(result));
  }
});

describe('hw/lvgl: abuse', function () {
  this.timeout(120000);
  const abuse = new URL('./support/abuse.js', import.meta.url);

  for (const seed of [1, 30, 36, 79])
    it(`survives 3000 calls at random, seed ${seed}`, async () => {
      const { exit, signal, stdout, stderr } = await run(abuse, [String(seed), '3000']);
      deepEqual({ exit, signal, stdout }, { exit: 0, signal: null, stdout: `done ${seed}\n` }, stderr);
    });
});
