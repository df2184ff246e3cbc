// Uses LVGL as badly as TypeScript can, at random but repeatably: `node abuse.js SEED COUNT`. It prints the last
// calls only if it is told to (ABUSE_TRACE=1); whoever runs it looks at how it ends: 0, or by a signal.
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  Lvgl,
  LvglError,
  Obj,
  eventCodes,
  pct,
  sizeContent,
  type EventName,
  type Font,
  type Kind,
} from '../../../hw/lvgl/index.js';

const [seed = 1, count = 1000] = process.argv.slice(2).map(Number);

/** mulberry32 */
function generator(start: number): () => number {
  let a = start >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = generator(seed);
const below = (n: number) => Math.floor(random() * n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

/** Names of all properties, out of the types. */
const source = readFileSync(new URL('../../../../hw/lvgl/generated.ts', import.meta.url), 'utf8');
const names = [...new Set([...source.matchAll(/^ {2}(\w+)\?: \w+;$/gm)].map((m) => m[1] ?? ''))];
const kinds = [...(/interface PropsByKind \{([^}]*)\}/.exec(source)?.[1] ?? '').matchAll(/(\w+):/g)].map(
  (m) => m[1] as Kind,
);

const numbers = [
  0, 1, -1, 2, 7, 16, 50, 100, 127, 128, 200, 255, 256, 300, 360, 1000, 3600, 4096, 8191, 8192,
];
const extremes = [
  32767,
  32768,
  65535,
  65536,
  1e6,
  1e9,
  2 ** 29 - 1,
  2 ** 29,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
];
const nonsense = [NaN, Infinity, -Infinity, 0.5, -0, 1e300, 2 ** 53];
const texts = [
  '',
  'Вход',
  'a\0b',
  '\ud800',
  '\udc00x',
  'x'.repeat(5000),
  '\n\n\n',
  '\u202e\u0301',
  '😀',
  'a\nb\nc',
  '%s%n',
  '#ff0000 x#',
];

function value(): unknown {
  switch (below(14)) {
    case 0:
      return random() < 0.5;
    case 1:
      return pick(texts);
    case 2:
      return pick(nonsense);
    case 3:
      return pick(extremes) * pick([1, 1, -1]);
    case 4:
      return pct(below(2001) - 1000);
    case 5:
      return sizeContent;
    case 6:
      return pick([null, undefined, {}, [], () => 1, Symbol('x'), 1n]);
    case 7:
      return pick(objects);
    case 8:
      return pick(fonts);
    default:
      return pick(numbers) * pick([1, 1, 1, -1]);
  }
}

const require = createRequire(import.meta.url);
const inter = require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
const size = pick([
  [800, 480],
  [1024, 600],
  [64, 64],
] as const);
const ui = new Lvgl({ display: { driver: 'memory', width: size[0], height: size[1] } });
let objects: Obj[] = [];
let fonts: Font[] = [];
let listeners = 0;

const trace = process.env.ABUSE_TRACE;
function note(...what: unknown[]): void {
  if (trace)
    appendFileSync(
      trace,
      `${what.map((w) => (w instanceof Obj ? `#${w.handle}` : typeof w === 'string' ? w.slice(0, 30) : typeof w === 'symbol' ? 'symbol' : String(w))).join(' ')}\n`,
    );
}

function begin(): void {
  ui.start();
  objects = [ui.screen];
  fonts = [ui.createFont(inter, pick([8, 20, 40, 100, 400]))];
}

function one(): void {
  const obj = pick(objects);
  const dice = below(100);
  if (dice < 22) {
    const kind = pick(kinds);
    note('add', obj, kind);
    const made = obj.add(kind);
    note('->', made);
    objects.push(made);
    if (objects.length > 120) objects.splice(1 + below(100), 20);
  } else if (dice < 66) {
    const name = pick(names);
    const given = value();
    const selector =
      random() < 0.8 ? 0 : pick([0x20, 0x80, 0x10000, 0x20000, 0x30080, 0xfffff, -1, NaN, 1e9]);
    note('set', obj, name, given, selector);
    obj.set({ [name]: given }, selector);
  } else if (dice < 70) {
    note('get', obj);
    obj.get(pick(names) as never);
  } else if (dice < 74) {
    const x = pick([below(size[0]), pick(extremes), pick(nonsense)]);
    const y = below(size[1]);
    note('touch', x, y);
    ui.touch(x, y, random() < 0.5);
  } else if (dice < 78) {
    note('frame', obj);
    const [w, h] = [pick([...numbers, ...extremes, ...nonsense]), pick([...numbers, 100000])];
    const stride = random() < 0.7 ? {} : { stride: pick([...numbers, ...extremes]) };
    (obj as Obj<'image'>).frame(new Uint8Array(pick([0, 3, 4096, 400000])), {
      width: w,
      height: h,
      ...stride,
    });
  } else if (dice < 81) {
    const event = pick(Object.keys(eventCodes)) as EventName;
    note('send', obj, event);
    obj.send(event);
  } else if (dice < 85) {
    note('on', obj);
    if (listeners++ < 3000)
      obj.on(pick(Object.keys(eventCodes)) as EventName, () => {
        if (random() < 0.1) throw new Error('thrown by a listener');
        if (random() < 0.5) attempt();
      });
  } else if (dice < 89) {
    note('delete', obj);
    obj.delete();
  } else if (dice < 90) {
    note('clean', obj);
    obj.clean();
  } else if (dice < 92) {
    note('screen');
    const screen = ui.createScreen();
    note('->', screen);
    objects.push(screen);
    ui.loadScreen(screen);
  } else if (dice < 94) {
    note('load', obj);
    ui.loadScreen(obj as Obj<'obj'>);
  } else if (dice < 95) {
    note('snapshot', obj);
    obj.snapshot();
  } else if (dice < 96) {
    note('coords', obj);
    obj.coords();
  } else if (dice < 99) {
    note('tick');
    ui.tick();
    note('render');
    ui.renderNow();
  } else if (random() < 0.2) {
    note('restart');
    ui.stop();
    begin();
  } else {
    note('font');
    fonts.push(ui.createFont(inter, pick([...numbers, ...extremes, ...nonsense]), pick(fonts)));
  }
}

function attempt(): void {
  try {
    one();
  } catch (error) {
    if (error instanceof LvglError || (error instanceof Error && error.message === 'thrown by a listener'))
      return;
    if (error instanceof RangeError) return; // the stack: a listener that sends its own event
    throw error;
  }
}

ui.onError = () => undefined;
begin();
for (let i = 0; i < count; i++) attempt();
ui.stop();
writeSync(1, `done ${seed}\n`);
