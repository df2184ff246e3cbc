// What the door station's camera sees: a courtyard, and a visitor who moves, so that a frozen picture shows at once.
import { fileURLToPath } from 'node:url';

/** The background, an SVG of 1280x720 px. Lives beside the sources: nothing but TypeScript is compiled. */
export const courtyardFile = fileURLToPath(new URL('../../../src/sim/scene/courtyard.svg', import.meta.url));

/** Size of the picture that the station sends, px, and frames a second. */
export const sceneSize = { width: 1280, height: 720, rate: 25 } as const;

/** A place of the scene that nothing ever covers, and the colour there, 0xRRGGBB. */
export interface SceneSample {
  x: number;
  y: number;
  colour: number;
}

/** Flat areas of `courtyard.svg`: whoever receives the picture shows these colours in these places. */
export const sceneSamples: readonly SceneSample[] = [
  { x: 20, y: 300, colour: 0x3f4666 },
  { x: 99, y: 215, colour: 0x3f4666 },
  { x: 179, y: 305, colour: 0x3f4666 },
  { x: 340, y: 260, colour: 0x3f4666 },
  { x: 340, y: 400, colour: 0x3f4666 },
  { x: 139, y: 215, colour: 0xffd67a },
  { x: 219, y: 305, colour: 0xffd67a },
  { x: 219, y: 215, colour: 0x2c3350 },
  { x: 139, y: 305, colour: 0x2c3350 },
  { x: 400, y: 260, colour: 0x5d5a7c },
  { x: 1060, y: 180, colour: 0x9a5b4c },
  { x: 1160, y: 300, colour: 0x9a5b4c },
  { x: 1262, y: 260, colour: 0x9a5b4c },
  { x: 1108, y: 243, colour: 0x4b3a45 },
  { x: 1108, y: 363, colour: 0x4b3a45 },
  { x: 1214, y: 243, colour: 0xffdf94 },
  { x: 1214, y: 363, colour: 0x4b3a45 },
  { x: 40, y: 520, colour: 0x3e6b4f },
  { x: 300, y: 500, colour: 0x3e6b4f },
  { x: 1180, y: 540, colour: 0x3e6b4f },
];

const pad = (value: number): string => String(value).padStart(2, '0');

/** `14.03.2026` and `18:05:09`, local time. */
function stamp(wall: number): { date: string; time: string } {
  const d = new Date(wall);
  return {
    date: `${pad(d.getDate())}.${pad(d.getMonth() + 1)}.${d.getFullYear()}`,
    time: `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`,
  };
}

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * The moving part as an SVG of the whole picture's size: the visitor, who sways, blinks and waves, the
 * clock in the street, and the station's own line at the bottom.
 * @param wall ms since the epoch: the time shown and the phase of every movement
 */
export function visitor(wall: number, stationName: string): string {
  const { date, time } = stamp(wall);
  const t = wall / 1000;
  const sway = 26 * Math.sin(t * 1.1);
  const bob = 5 * Math.sin(t * 2.2);
  const wave = 18 * Math.sin(t * 5);
  const blink = t % 4 < 0.15 ? 0.1 : 1;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720" viewBox="0 0 1280 720">
<g transform="translate(${(640 + sway).toFixed(1)} ${(330 + bob).toFixed(1)})">
<g transform="rotate(${wave.toFixed(1)} 120 190)">
<path d="M96 196 q70 -10 66 -110" stroke="#c9503f" stroke-width="46" fill="none" stroke-linecap="round"/>
<circle cx="162" cy="62" r="26" fill="#e9b794"/></g>
<path d="M-150 420 v-160 q0 -110 120 -118 h60 q120 8 120 118 v160z" fill="#d65a47"/>
<path d="M-16 150 h32 l-8 270 h-16z" fill="#b94637"/>
<rect x="-34" y="80" width="68" height="70" rx="28" fill="#d9a27e"/>
<path d="M-70 138 q70 46 140 0 l10 34 q-80 46 -160 0z" fill="#f0d9a8"/>
<ellipse rx="82" ry="100" cy="14" fill="#f0c09c"/>
<path d="M-88 -8 q-4 -98 88 -98 q92 0 88 98 q-44 -28 -88 -28 q-44 0 -88 28z" fill="#2f6f8f"/>
<path d="M-92 -14 q92 -56 184 0 l-2 22 q-90 -50 -180 0z" fill="#3d86a8"/>
<circle cy="-112" r="20" fill="#f4efe4"/>
<g transform="translate(0 24) scale(1 ${blink})" fill="#33272a"><circle cx="-32" r="8"/><circle cx="32" r="8"/></g>
<path d="M-6 34 q6 14 12 0" stroke="#cf9470" stroke-width="5" fill="none" stroke-linecap="round"/>
<path d="M-28 66 q28 24 56 0" stroke="#8e4a42" stroke-width="6" fill="none" stroke-linecap="round"/></g>
<g transform="translate(924 368)"><rect x="62" y="46" width="8" height="74" fill="#262b3a"/>
<rect width="132" height="48" rx="6" fill="#11151f" stroke="#262b3a" stroke-width="4"/>
<text x="66" y="33" text-anchor="middle" font-family="DejaVu Sans Mono, monospace" font-size="24" fill="#ffb347">${time}</text></g>
<g font-family="DejaVu Sans, sans-serif" font-size="26" fill="#fff" stroke="#14182a" stroke-width="5" paint-order="stroke">
<text x="1250" y="690" text-anchor="end">${date} ${time}</text>
<text x="30" y="690">${escapeXml(stationName)}</text></g></svg>`;
}
