// Cases of hw/lvgl, each played in a process of its own by lvgl.test.ts.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PNG } from 'pngjs';
import { Align, Lvgl, Obj, pct, sizeContent } from '../../../hw/lvgl/index.js';
import type { EventName, Font, Kind } from '../../../hw/lvgl/index.js';
import { codeOf, serve } from './play.js';

const resolve = createRequire(import.meta.url).resolve;
const inter = resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');

const memory = (file?: string) =>
  new Lvgl({ display: { driver: 'memory', width: 320, height: 240, file: file ?? null } });

/** Runs with LVGL started, on a black screen. */
function started<T>(use: (ui: Lvgl) => T): T {
  const ui = memory();
  ui.start();
  ui.screen.set({ bg_color: 0, bg_opa: 255, flag_scrollable: false });
  const result = use(ui);
  ui.stop();
  return result;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'kalitka-hw-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A pixel of a PNG: r, g, b, a. */
function pixel(png: Buffer, x: number, y: number): number[] {
  const { data, width } = PNG.sync.read(png);
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

function click(ui: Lvgl, x: number, y: number): void {
  ui.touch(x, y, true);
  ui.touch(x, y, false);
}

/** Resolves when `done` says so; looks after every turn of LVGL's own loop. */
async function until(ui: Lvgl, done: () => boolean): Promise<void> {
  while (!done()) {
    await new Promise<void>((resolveFrame) => {
      ui.onFrame = resolveFrame;
      ui.screen.set({ bg_color: Math.floor(Math.random() * 0xffffff) });
    });
    await turn();
  }
}

/** Everything that can be called, on an LVGL and an object of it. */
function everyCall(ui: Lvgl, obj: Obj): Record<string, () => unknown> {
  return {
    tick: () => ui.tick(),
    renderNow: () => ui.renderNow(),
    touch: () => ui.touch(1, 1, true),
    screenshot: () => ui.screenshot(),
    createScreen: () => ui.createScreen(),
    createFont: () => ui.createFont(inter, 20),
    add: () => obj.add('label'),
    set: () => obj.set({ x: 1 }),
    get: () => obj.get('x' as never),
    on: () => obj.on('clicked', () => undefined),
    send: () => obj.send('clicked'),
    delete: () => obj.delete(),
    clean: () => obj.clean(),
    snapshot: () => obj.snapshot(),
    coords: () => obj.coords(),
    frame: () => (obj as Obj<'image'>).frame(new Uint8Array(4), { width: 1, height: 1 }),
  };
}

/** The codes that come of some of those calls, each once. */
function codesOf(
  calls: Record<string, () => unknown>,
  wanted: (name: string) => boolean = () => true,
): string[] {
  const entries = Object.entries(calls).filter(([name]) => wanted(name));
  return [...new Set(entries.map(([, call]) => codeOf(call)))];
}

const cases = {
  notRunning() {
    const ui = memory();
    const before = [codeOf(() => ui.tick()), codeOf(() => ui.screen), codeOf(() => ui.stop())];
    ui.start();
    const label = ui.screen.add('label');
    ui.stop();
    ui.stop();
    const after = codesOf(everyCall(ui, label));
    return { before, after, deleted: label.deleted };
  },

  restarted() {
    const ui = memory();
    ui.start();
    const old = ui.screen.add('image');
    const font = ui.createFont(inter, 20);
    ui.stop();
    ui.start();
    const label = ui.screen.add('label');
    const ofLvgl = ['tick', 'renderNow', 'touch', 'screenshot', 'createScreen', 'createFont'];
    const result = {
      stale: codesOf(everyCall(ui, old), (name) => !ofLvgl.includes(name)),
      alive: codesOf(everyCall(ui, old), (name) => ofLvgl.includes(name)),
      font: codeOf(() => label.set({ text_font: font })),
    };
    ui.stop();
    return result;
  },

  start() {
    const display = (width: number, height: number, file?: string) =>
      codeOf(() => new Lvgl({ display: { driver: 'memory', width, height, file: file ?? null } }).start());
    const refused = {
      small: display(63, 64),
      huge: display(1e9, 1e9),
      large: display(8192, 64),
      nan: display(NaN, 480),
      fraction: display(800.5, 480),
      folder: display(800, 480, '/nonexistent/folder/screen.bgrx'),
      drm: codeOf(() => new Lvgl({ display: { driver: 'drm' } }).start()),
    };
    const ui = memory();
    ui.start();
    const twice = [codeOf(() => ui.start()), codeOf(() => memory().start())];
    ui.renderNow();
    ui.stop();
    return { refused, twice };
  },

  values() {
    return started((ui) => {
      const obj = ui.screen.add('obj');
      const label = ui.screen.add('label');
      const bad: Record<string, [Obj, object, number?]> = {
        width: [obj, { w: 1e9 }],
        'width below zero': [obj, { w: -1 }],
        'width NaN': [obj, { w: NaN }],
        'width Infinity': [obj, { w: Infinity }],
        'width of a fraction': [obj, { w: 1.5 }],
        'width beyond int32': [obj, { w: 2 ** 40 }],
        'width of a string': [obj, { w: '10' }],
        'width of an object': [obj, { w: obj }],
        'x 100000': [obj, { x: 100000 }],
        'transform scale 0': [obj, { transform_scale_x: 0 }],
        'shadow 30000': [obj, { shadow_width: 30000 }],
        'opacity 256': [obj, { bg_opa: 256 }],
        'colour with alpha': [obj, { bg_color: 0xff000000 }],
        'colour by name': [obj, { bg_color: 'red' }],
        'flag of a number': [obj, { flag_hidden: 1 }],
        'layout 7': [obj, { layout: 7 }],
        'no such property': [obj, { nosuch: 1 }],
        'a property of a label': [obj, { text: 'x' }],
        'a pointer': [obj, { bg_grad: 1 }],
        'a disguised pointer': [obj, { image_colorkey: 1234 }],
        'a font that is none': [obj, { text_font: 12345 }],
        'a font of an object': [label, { text_font: obj }],
        'text of a number': [label, { text: 5 }],
        'text with NUL': [label, { text: 'a\0b' }],
        'text without end': [label, { text: 'x'.repeat(1 << 20) }],
        null: [label, { text: null }],
        'a function': [label, { text: () => 'x' }],
        selector: [obj, { x: 1 }, -1],
        'selector beyond': [obj, { x: 1 }, 2 ** 31],
        'hidden screen': [ui.screen, { flag_hidden: true }],
      };
      const codes = Object.entries(bad).map(([name, [target, props, selector]]) => [
        name,
        codeOf(() => target.set(props, selector)),
      ]);
      ui.renderNow();
      return codes.filter(([, code]) => code !== 'LV_BAD_ARGUMENT');
    });
  },

  /** Sets and reads every property that the types allow. */
  properties() {
    const source = readFileSync(new URL('../../../../hw/lvgl/generated.ts', import.meta.url), 'utf8');
    const own = (name: string): Map<string, string> => {
      const found = new RegExp(`interface ${name}(?: extends (?:Omit<)?(\\w+)[^{]*)? \\{([^}]*)\\}`).exec(
        source,
      );
      const alias = new RegExp(`type ${name} = (\\w+);`).exec(source)?.[1];
      if (!found) return alias ? own(alias) : new Map<string, string>();
      const inherited = found[1] ? own(found[1]) : new Map<string, string>();
      for (const [, property = '', type = ''] of (found[2] ?? '').matchAll(/(\w+)\?: (\w+);/g))
        inherited.set(property, type);
      return inherited;
    };
    return started((ui) => {
      const font = ui.createFont(inter, 20);
      const samples: Record<string, (property: string) => unknown> = {
        number: (property) => (property.includes('scale') ? 256 : 1),
        boolean: () => true,
        string: () => 'a',
        Color: () => 0x123456,
        Font: () => font,
        Obj: () => ui.screen,
      };
      const kinds = [
        ...(/interface PropsByKind \{([^}]*)\}/.exec(source)?.[1] ?? '').matchAll(/(\w+): (\w+);/g),
      ];
      const writeOnly = [...(/type WriteOnly = ([^;]*);/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
        (m) => m[1],
      );
      let count = 0;
      const wrong: string[] = [];
      for (const [, kind = '', type = ''] of kinds)
        for (const [property, valueType] of own(type)) {
          count++;
          const obj = ui.screen.add(kind as Kind);
          const set = codeOf(() => obj.set({ [property]: samples[valueType]?.(property) }));
          const read = writeOnly.includes(property) ? 'ok' : codeOf(() => obj.get(property as never));
          if (set !== 'ok' || read !== 'ok') wrong.push(`${kind}.${property}: set ${set}, get ${read}`);
          ui.renderNow();
          obj.delete();
        }
      return { kinds: kinds.length, many: count > 1000, wrong };
    });
  },

  read() {
    return started((ui) => {
      const slider = ui.screen.add('slider', { min_value: 0, max_value: 50, value: 40, w: pct(50) });
      slider.coords();
      const label = ui.screen.add('label', { text: 'Вход \ud800!' });
      label.set({ text_color: 0x102030, flag_hidden: true, bg_grad_stop: 437 });
      return [
        slider.get('value'),
        slider.get('w'),
        label.get('text'),
        label.get('text_color'),
        label.get('flag_hidden'),
        ui.screen.get('child_count'),
        label.get('bg_grad_stop'), // beyond the end is the end
      ];
    });
  },

  classes() {
    return started((ui) => {
      const label = ui.screen.add('label');
      const asImage = label as unknown as Obj<'image'>;
      const image = ui.screen.add('image');
      const frame = (bytes: number, width: number, height: number, stride?: number) =>
        codeOf(() =>
          image.frame(new Uint8Array(bytes), { width, height, ...(stride === undefined ? {} : { stride }) }),
        );
      return {
        'frame on a label': codeOf(() => asImage.frame(new Uint8Array(4), { width: 1, height: 1 })),
        'png on a label': codeOf(() => asImage.png(new Uint8Array(4))),
        'label as a screen': codeOf(() => ui.loadScreen(label as unknown as Obj<'obj'>)),
        'no such widget': codeOf(() => ui.screen.add('nosuch' as Kind)),
        'no such event': codeOf(() => label.on('nosuch' as EventName, () => undefined)),
        'short frame': frame(399, 10, 10),
        'empty frame': frame(0, 10, 10),
        'no width': frame(400, 0, 10),
        'negative height': frame(400, 10, -10),
        'height NaN': frame(400, 10, NaN),
        'stride too small': frame(400, 10, 10, 39),
        'stride that overflows': frame(400, 2, 2, 2 ** 31 - 1),
        'stride beyond int32': frame(400, 1, 1, 2 ** 32 + 4),
        '100000 x 100000': frame(400, 100000, 100000),
        '8192 x 8192': frame(400, 8192, 8192),
        'no bytes': codeOf(() => image.frame('x' as unknown as Uint8Array, { width: 1, height: 1 })),
        'png of rubbish': codeOf(() => image.png(Buffer.from('rubbish'))),
        'cut png': codeOf(() => image.png(ui.screenshot().subarray(0, 200))),
        'snapshot of nothing': codeOf(() => ui.screen.add('obj', { w: 0, h: 0 }).snapshot()),
      };
    });
  },

  async worker() {
    const url = new URL('../../../hw/lvgl/index.js', import.meta.url).href;
    const inWorker = () =>
      new Promise((done) => {
        const source = `import(${JSON.stringify(url)}).then(({ Lvgl }) => {
          const { parentPort } = require('node:worker_threads');
          try { new Lvgl({ display: { driver: 'memory', width: 100, height: 100 } }).start(); parentPort.postMessage('ok'); }
          catch (error) { parentPort.postMessage(error.code); }
        })`;
        new Worker(source, { eval: true }).once('message', done);
      });
    const before = await inWorker();
    const ui = memory();
    ui.start();
    const beside = await inWorker();
    ui.renderNow();
    ui.stop();
    return [before, beside];
  },

  tree() {
    return started((ui) => {
      let deepest: Obj = ui.screen;
      let levels = 0;
      let code = '';
      while (code === '' && levels < 1000) {
        const above = deepest;
        const result = codeOf(() => (deepest = above.add('obj')));
        if (result === 'ok') levels++;
        else code = result;
      }
      ui.renderNow();
      const [a, b] = [ui.screen.add('obj'), ui.screen.add('obj')];
      const inner = a.add('obj').add('label', { text: 'x' });
      const other = ui.createScreen();
      const codes = {
        intoItself: codeOf(() => a.set({ parent: a })),
        intoItsChild: codeOf(() => a.set({ parent: inner })),
        screen: codeOf(() => ui.screen.set({ parent: b })),
        tooDeep: codeOf(() => a.set({ parent: deepest })),
        across: codeOf(() => a.set({ parent: other })),
        active: codeOf(() => ui.screen.delete()),
        text: codeOf(() => ui.screen.add('textarea').clean()),
      };
      const first = ui.screen;
      ui.loadScreen(other);
      first.delete();
      ui.renderNow();
      return {
        levels: levels > 20 && levels < 64,
        code,
        codes,
        moved: !a.deleted,
        gone: b.deleted,
        shown: ui.screen === other,
      };
    });
  },

  fonts() {
    return inFolder((folder) =>
      started((ui) => {
        const good = readFileSync(inter);
        const write = (name: string, bytes: Buffer) => {
          writeFileSync(join(folder, name), bytes);
          return codeOf(() => ui.createFont(join(folder, name), 20));
        };
        const patched = (at: number, value: number) => {
          const bytes = Buffer.from(good);
          bytes.writeUInt32BE(value >>> 0, at);
          return bytes;
        };
        /** Where the directory's entry of a table is. */
        const entry = (tag: string) => good.indexOf(tag, 12, 'latin1');
        const result = {
          missing: codeOf(() => ui.createFont(join(folder, 'none.ttf'), 20)),
          folder: codeOf(() => ui.createFont(folder, 20)),
          empty: write('empty.ttf', Buffer.alloc(0)),
          text: write('text.ttf', Buffer.from('no font at all'.repeat(1000))),
          magicOnly: write('magic.ttf', Buffer.concat([Buffer.from([0, 1, 0, 0]), Buffer.alloc(5000, 0xff)])),
          cut: write('cut.ttf', good.subarray(0, good.length >> 1)),
          tableBehindTheEnd: write('behind.ttf', patched(entry('glyf') + 8, good.length - 10)),
          tableTooLong: write('long.ttf', patched(entry('cmap') + 12, 0xffffffff)),
          noGlyphs: write('none.ttf', patched(entry('glyf') + 12, 0)),
          sizes: [0, -1, 3, 401, 100000, NaN, Infinity, 20.5].map((size) =>
            codeOf(() => ui.createFont(inter, size)),
          ),
          good: codeOf(() => ui.createFont(inter, 20)),
        };
        ui.screen.add('label', { text: 'Ответить', text_font: ui.createFont(inter, 20) });
        ui.renderNow();
        return result;
      }),
    );
  },

  /** What is on the screen where text is: the glyphs of Cyrillic are not the box of a missing one. */
  glyphs() {
    return started((ui) => {
      const icons = ui.createFont(resolve('lucide-static/font/lucide.ttf'), 40);
      const text = ui.createFont(inter, 40, icons);
      const shape = (content: string, font: Font) => {
        const label = ui.screen.add('label', { text: content, text_font: font, text_color: 0xffffff });
        const { data } = PNG.sync.read(label.snapshot());
        label.delete();
        return data.toString('base64');
      };
      const shapes = [
        shape('Я', text),
        shape('Ж', text),
        shape('R', text),
        shape('\ue133', text),
        shape('\uffff', text),
      ];
      return {
        different: new Set(shapes).size,
        same: ui.createFont(inter, 40, icons).handle === text.handle,
      };
    });
  },

  listeners() {
    const told: string[] = [];
    const ui = memory();
    ui.start();
    const panel = ui.screen.add('obj', { w: 200, h: 200 });
    const button = panel.add('button', { w: 100, h: 100 });
    button.on('pressed', (event) => told.push(`pressed ${event.x} ${event.y}`));
    button.on('delete', (event) => told.push(`button deleted ${event.target === button}`));
    panel.on('delete', () => told.push('panel deleted'));
    const off = button.on('released', () => told.push('never'));
    button.on('pressed', () => off());
    button.on('clicked', () => {
      told.push('clicked');
      panel.delete();
      told.push(`gone ${button.deleted} ${codeOf(() => button.set({ x: 1 }))}`);
    });
    button.on('clicked', () => told.push('a listener of what is gone'));
    click(ui, 60, 60);
    off();
    const self = ui.screen.add('button', { w: 100, h: 100 });
    self.on('clicked', () => {
      told.push(codeOf(() => ui.stop()));
      self.delete();
      ui.loadScreen(ui.createScreen());
      ui.screen.clean();
      ui.renderNow();
      ui.tick();
      told.push('screen changed');
    });
    click(ui, 50, 50);
    click(ui, 50, 50);
    ui.stop();
    return told;
  },

  async throwing() {
    const told: string[] = [];
    const message = (attempt: () => unknown) => {
      try {
        attempt();
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const ui = memory();
    ui.start();
    const errors: string[] = [];
    ui.onError = (error) => errors.push((error as Error).message);
    const button = ui.screen.add('button', { w: 100, h: 100 });
    button.on('clicked', () => {
      throw new Error('first');
    });
    button.on('clicked', () => {
      // Its own exception has to come out of its own call only.
      told.push(`inner ${message(() => ui.tick())} ${message(() => inner.send('clicked'))}`);
    });
    button.on('clicked', () => {
      throw new Error('second');
    });
    const inner = ui.screen.add('obj', { align: Align.bottomRight, w: 20, h: 20 });
    inner.on('clicked', () => {
      throw new Error('of the inner one');
    });
    told.push(
      message(() => click(ui, 50, 50)),
      ...errors.splice(0),
    );
    const left = message(() => ui.tick());
    told.push(`left over: ${left}`);
    const sent = message(() => button.send('clicked'));
    told.push(sent, ...errors.splice(0));
    // A long press is noticed by LVGL's own loop.
    const long = ui.screen.add('button', { w: 100, h: 100, align: Align.topRight });
    long.on('long_pressed', () => {
      throw new Error('of the loop');
    });
    ui.touch(310, 10, true);
    await until(ui, () => errors.length > 0);
    ui.touch(310, 10, false);
    ui.stop();
    return [...told, ...errors];
  },

  recursion() {
    return started((ui) => {
      const obj = ui.screen.add('obj');
      obj.on('refresh', () => obj.send('refresh'));
      try {
        obj.send('refresh');
        return 'ended';
      } catch (error) {
        return error instanceof RangeError ? 'RangeError' : String(error);
      }
    });
  },

  feedback() {
    return started((ui) => {
      const button = ui.screen.add('button', {
        w: 100,
        h: 100,
        bg_color: 0x00ff00,
        radius: 0,
        shadow_width: 0,
      });
      ui.renderNow();
      const before = pixel(ui.screenshot(), 50, 50);
      button.on('clicked', () => button.set({ bg_color: 0x0000ff }));
      // The theme fades from state to state; what the listener sets is there at once.
      let frames = 0;
      ui.onFrame = () => frames++;
      ui.touch(50, 50, true);
      const pressed = frames;
      ui.touch(50, 50, false);
      const drawn = { drawnAtPress: pressed > 0, drawnAtRelease: frames > pressed };
      button.set({ state_pressed: false });
      return { before, ...drawn, after: pixel(ui.screenshot(), 50, 50) };
    });
  },

  file() {
    return inFolder((folder) => {
      const path = join(folder, 'screen.bgrx');
      const ui = memory(path);
      ui.start();
      const { mode, size, ino } = statSync(path);
      ui.screen.set({ bg_color: 0x112233, bg_opa: 255 });
      ui.screen.box({ x: 10, y: 0, w: 10, h: 10, bg_opa: 128, bg_color: 0xffffff });
      ui.screen.add('label', { text: 'Вход', align: Align.center });
      ui.renderNow();
      const bytes = readFileSync(path);
      const png = pixel(ui.screenshot(), 0, 0);
      let opaque = true;
      for (let i = 3; i < bytes.length; i += 4) opaque &&= bytes[i] === 255;
      ui.stop();
      const kept = readFileSync(path).equals(bytes);
      ui.start();
      const inode = statSync(path).ino === ino;
      ui.stop();
      writeFileSync(path, 'another length');
      ui.start();
      const again = statSync(path).size;
      ui.stop();
      return { mode: mode & 0o777, size, first: [...bytes.subarray(0, 4)], png, opaque, kept, inode, again };
    });
  },

  pictures() {
    return started((ui) => {
      const bytes = Buffer.alloc(4 * 24);
      bytes.set([1, 2, 3, 0, 4, 5, 6, 0], 0);
      bytes.set([7, 8, 9, 0, 10, 11, 12, 0], 24);
      const image = ui.screen.add('image');
      image.frame(bytes, { width: 2, height: 2, stride: 24 });
      bytes.fill(0); // copied
      const shot = ui.screenshot();
      const frame = [pixel(shot, 0, 0), pixel(shot, 1, 0), pixel(shot, 0, 1), pixel(shot, 1, 1)];
      const outside = pixel(shot, 2, 0);
      const box = ui.screen.box({ w: 4, h: 4, bg_color: 0xff8000, bg_opa: 255 });
      const [solid] = [pixel(box.snapshot(), 1, 1)];
      box.set({ bg_opa: 0 });
      const clear = pixel(box.snapshot(), 1, 1)[3];
      const source = new PNG({ width: 1, height: 1 });
      source.data.set([255, 128, 0, 255]);
      const shown = ui.screen.add('image', { x: 50 });
      shown.png(PNG.sync.write(source));
      const png = pixel(ui.screenshot(), 50, 0);
      // Another size on the same object.
      image.frame(Buffer.alloc(100 * 100 * 4, 0x80), { width: 100, height: 100 });
      const larger = pixel(ui.screenshot(), 99, 99);
      return { frame, outside, solid, clear, png, larger };
    });
  },

  layout() {
    return started((ui) => {
      const row = ui.screen.box({ x: 10, y: 20, w: pct(50), h: sizeContent, pad_top: 5, pad_bottom: 5 });
      const inner = row.box({ w: 10, h: 30 });
      return [row.coords(), inner.coords()];
    });
  },

  /** Nothing to draw: no timer is left, and so the process ends although LVGL runs. */
  async idle() {
    const ui = memory();
    let frames = 0;
    ui.start();
    ui.onFrame = () => frames++;
    const label = ui.screen.add('label', { text: 'a' });
    await new Promise<void>((done) => process.once('beforeExit', () => done()));
    const first = frames;
    label.set({ text: 'b' });
    await new Promise<void>((done) => process.once('beforeExit', () => done()));
    return { first: first > 0, second: frames - first };
  },

  restarts() {
    const ui = memory();
    const once = () => {
      ui.start();
      ui.screen
        .add('label', { text: 'Вход', text_font: ui.createFont(inter, 30) })
        .on('clicked', () => undefined);
      ui.screen.add('image').frame(Buffer.alloc(320 * 240 * 4), { width: 320, height: 240 });
      ui.screen.add('spinner');
      ui.renderNow();
      ui.stop();
    };
    for (let i = 0; i < 200; i++) once();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 200; i++) once();
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    return { grownBelow10MB: grown < 10, grown };
  },

  churn() {
    return started((ui) => {
      const once = () => {
        const button = ui.screen.add('button');
        button.on('clicked', () => undefined);
        button.add('image').frame(Buffer.alloc(32 * 32 * 4), { width: 32, height: 32 });
        button.delete();
      };
      for (let i = 0; i < 2000; i++) once();
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 10000; i++) once();
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      return { grownBelow30MB: grown < 30, grown };
    });
  },
} satisfies Record<string, () => unknown>;

await serve(cases);
