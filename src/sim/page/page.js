// @ts-check
// The demo's page: draws what the demo tells over its WebSocket, and sends what a person does.
import { Chime } from './chime.js';
import { words } from './words.js';

/** @typedef {import('../demo-state.js').DemoState} DemoState */
/** @typedef {import('../demo-state.js').PageMessage} PageMessage */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
const $ = (id) => /** @type {T} */ (document.getElementById(id));

const canvas = /** @type {HTMLCanvasElement} */ ($('screen'));
const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
const chime = new Chime();
/** @type {DemoState | null} */
let state = null;
/** @type {WebSocket | null} */
let socket = null;
let heard = false;

/** @param {string} key */
const say = (key) => words[state?.language ?? 'ru'][key] ?? key;

/** @param {PageMessage} message */
function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

// ---- the screen -----------------------------------------------------------------------------

/**
 * A band of the screen: width, height, top row, rows (16 bits each, little endian), then BGRX pixels.
 * @param {ArrayBuffer} data
 */
function drawBand(data) {
  const [width = 0, height = 0, top = 0, rows = 0] = new Uint16Array(data, 0, 4);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const from = new Uint32Array(data, 8);
  const image = paint.createImageData(width, rows);
  const to = new Uint32Array(image.data.buffer);
  for (let i = 0; i < from.length; i++) {
    const p = from[i] ?? 0;
    to[i] = 0xff000000 | ((p & 0xff) << 16) | (p & 0xff00) | ((p >>> 16) & 0xff);
  }
  paint.putImageData(image, 0, top);
  // the next ones come when these are on the screen: a hidden page gets none
  if (drawn++ === 0) {
    requestAnimationFrame(() => {
      send({ do: 'drawn', bands: drawn });
      drawn = 0;
    });
  }
}

/** Bands drawn and not told of yet. */
let drawn = 0;

/** @type {number | null} */
let finger = null;

/**
 * @param {PointerEvent} event
 * @param {boolean} pressed
 */
function touch(event, pressed) {
  const box = canvas.getBoundingClientRect();
  /** @param {number} value @param {number} size */
  const within = (value, size) => Math.min(size - 1, Math.max(0, Math.round(value)));
  const x = within(((event.clientX - box.left) * canvas.width) / box.width, canvas.width);
  const y = within(((event.clientY - box.top) * canvas.height) / box.height, canvas.height);
  send({ do: 'touch', x, y, pressed });
}
canvas.addEventListener('pointerdown', (event) => {
  if (finger !== null || event.button !== 0) return;
  finger = event.pointerId;
  canvas.setPointerCapture(event.pointerId);
  touch(event, true);
});
canvas.addEventListener('pointermove', (event) => {
  if (event.pointerId === finger) touch(event, true);
});
for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) {
  canvas.addEventListener(end, (event) => {
    if (event.pointerId !== finger) return;
    finger = null;
    touch(event, false);
  });
}

// ---- the wall, the street -------------------------------------------------------------------

const key = $('key');
/** @param {boolean} down */
function pressKey(down) {
  if ((key.dataset.down === 'true') === down) return;
  key.dataset.down = String(down);
  send({ do: 'button', edge: down ? 'pressed' : 'released' });
}
key.addEventListener('pointerdown', (event) => {
  key.setPointerCapture(event.pointerId);
  pressKey(true);
});
for (const end of ['pointerup', 'pointercancel', 'blur']) key.addEventListener(end, () => pressKey(false));
key.addEventListener('keydown', (event) => {
  if ((event.key === ' ' || event.key === 'Enter') && !event.repeat) pressKey(true);
});
key.addEventListener('keyup', () => pressKey(false));

for (const id of ['call', 'ring']) $(id).addEventListener('click', () => send({ do: 'ring' }));
$('hangup').addEventListener('click', () => send({ do: 'hangup' }));
$('elsewhere').addEventListener('click', () => send({ do: 'elsewhere' }));
$('kill').addEventListener('click', () => send({ do: 'kill-face' }));
$('network').addEventListener('click', () => send({ do: 'network', up: state?.network === 'down' }));

$('sound').addEventListener('click', () => {
  heard = !heard;
  if (heard) chime.allow();
  else chime.mute();
  show();
});
// the first click anywhere is the permission that browsers want
document.addEventListener(
  'pointerdown',
  (event) => {
    if (event.target instanceof Element && event.target.closest('#sound')) return;
    heard = true;
    chime.allow();
    show();
  },
  { once: true, capture: true },
);

// ---- what is told in words ------------------------------------------------------------------

/**
 * @param {string} name
 * @param {string} text
 * @param {'good' | 'busy' | 'bad' | 'off'} tone
 */
function tell(name, text, tone) {
  const element = $(`${name}-state`);
  if (element.textContent !== text) element.textContent = text;
  $(`${name}-dot`).dataset.tone = tone;
}

/** @param {number} ms */
const minutes = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
};

/** @param {DemoState} s */
function hint(s) {
  if (!s.panel.running) return s.panel.started ? '' : say('hint starting');
  if (s.network === 'down') return say('hint offline');
  if (s.station.lockOpenFor > 0) return say('hint open');
  if (s.panel.call?.state === 'ringing') return say('hint ringing');
  if (s.panel.call?.state === 'talking') return say('hint talking');
  return s.panel.line === 'registered' ? say('hint idle') : say('hint starting');
}

/** When the last state came, ms of this page's clock: what runs on between two states is counted here. */
let at = 0;

function show() {
  const s = state;
  if (!s) return;
  const passed = performance.now() - at;
  document.documentElement.lang = s.language;
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = say(/** @type {HTMLElement} */ (element).dataset.text ?? '');
  $('sound').textContent = say(heard ? 'soundOn' : 'soundOff');
  $('sound').setAttribute('aria-pressed', String(heard));
  const { panel, station } = s;

  const lineTones = { registered: 'good', registering: 'busy', offline: 'bad', refused: 'bad' };
  if (panel.running || !panel.started) {
    tell('line', say(`line ${panel.line}`), /** @type {'good'} */ (lineTones[panel.line]));
  } else {
    tell('line', say('panel gone'), 'bad');
  }
  const call = panel.call;
  if (call) {
    const time = call.state === 'talking' || call.state === 'ringing' ? ` ${minutes(call.for + passed)}` : '';
    tell('call', `${say(`call ${call.state}`)}${time}`, call.state === 'talking' ? 'good' : 'busy');
  } else {
    tell('call', say('call none'), 'off');
  }
  const left = station.lockOpenFor - passed;
  const open = station.lockOpenFor > 0;
  const seconds = open && left > 0 ? `, ${Math.ceil(left / 1000)}` : '';
  tell('door', open ? say('door open') + seconds : say('door shut'), open ? 'good' : 'off');

  $('led').dataset.lit = String(panel.gpio.led === true);
  $('chime').dataset.sounding = String(panel.gpio.chime === true);
  chime.set(panel.gpio.chime === true);
  $('door').dataset.open = String(open);
  $('lock').dataset.open = String(open);
  const bar = /** @type {HTMLElement} */ ($('lock').firstElementChild);
  bar.style.transform = `scaleX(${open ? Math.max(0, left / station.lockMs) : 0})`;
  $('station').dataset.call = station.call;
  $('plate-text').textContent = say(open ? 'plate open' : `plate ${station.call}`);
  $('hint').textContent = hint(s);

  /** @param {string} id @param {boolean} on */
  const enable = (id, on) => {
    const button = /** @type {HTMLButtonElement} */ ($(id));
    button.disabled = !on;
  };
  enable('ring', station.call === 'idle' && panel.running);
  enable('call', station.call === 'idle' && panel.running);
  enable('hangup', station.call !== 'idle');
  enable('elsewhere', station.call === 'ringing');
  enable('kill', panel.running && panel.face.state === 'running');
  $('network').textContent = say(s.network === 'up' ? 'unplug' : 'plug');
  $('network').setAttribute('aria-pressed', String(s.network === 'down'));
  facts(s);
}

/** @param {DemoState} s */
function facts({ panel, station }) {
  const { sound } = station;
  const heardSound =
    !sound || sound.level < -60 ? say('silence') : `${sound.frequency} Hz, ${Math.round(sound.level)} dBFS`;
  const face = `${say(`face ${panel.face.state}`)}, ${say('restarts')}: ${panel.face.restarts}`;
  const rows = [
    ['fact code', station.digits ? `${station.digits} (${station.heardBy})` : say('nothing')],
    ['fact sound', station.call === 'talking' ? heardSound : '–'],
    ['fact picture', panel.call?.video ? `${panel.call.video}, ${panel.call.frames} ${say('frames')}` : '–'],
    ['fact face', face],
  ];
  const list = $('facts');
  while (list.childElementCount < rows.length * 2)
    list.append(document.createElement('dt'), document.createElement('dd'));
  rows.flat().forEach((text, i) => {
    const cell = list.children[i];
    const shown = i % 2 === 0 ? say(text ?? '') : (text ?? '');
    if (cell && cell.textContent !== shown) cell.textContent = shown;
  });
}

// ---- the connection -------------------------------------------------------------------------

let everOpen = false;

function connect() {
  const opened = new WebSocket(`ws://${location.host}/live`);
  opened.binaryType = 'arraybuffer';
  socket = opened;
  opened.addEventListener('open', () => {
    // a demo that was started again may have new words, a new screen: begin afresh
    if (everOpen) location.reload();
    everOpen = true;
  });
  opened.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) {
      drawBand(data);
      return;
    }
    state = /** @type {DemoState} */ (JSON.parse(String(data)));
    at = performance.now();
    const { width, height } = state.screen;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    show();
  });
  opened.addEventListener('close', () => {
    chime.set(false);
    tell('line', say('page lost'), 'bad');
    state = null;
    setTimeout(connect, 1000);
  });
}
setInterval(show, 250);
connect();
