// `kalitka status` for people: one line for each part of the panel.
import type { Status } from '../control/status.js';

/**
 * @param now ms since the epoch
 * @returns lines without the last line's end
 */
export function statusText(status: Status, now: number): string {
  const { line, call, gpio, face, visits } = status;
  const ago = (iso: string): string => duration((now - Date.parse(iso)) / 1000);
  const rows: [string, string][] = [
    [
      'Line',
      `${line.state}${line.reason ? ` (${line.reason})` : ''}, ${line.server}, for ${ago(line.since)}`,
    ],
  ];
  if (call.state === 'idle') {
    rows.push(['Call', 'none']);
  } else {
    const media = [call.audioCodec ?? 'no sound', call.videoCodec ?? 'no picture'].join(', ');
    rows.push([
      'Call',
      `${call.state}: ${call.from ?? 'unknown'}${call.since ? `, for ${ago(call.since)}` : ''}`,
    ]);
    rows.push(['', `${media}; ${call.framesShown} pictures shown, ${call.packetsLost} packets lost`]);
  }
  for (const [i, door] of status.door.entries()) {
    rows.push([
      i ? '' : 'Doors',
      `${i} ${door.name}: ${door.state}${door.at ? `, ${ago(door.at)} ago` : ''}`,
    ]);
  }
  const level = (value: boolean | null, on: string, off: string): string =>
    value === null ? 'unknown' : value ? on : off;
  rows.push([
    'GPIO',
    gpio.state === 'none'
      ? 'none'
      : `${gpio.state}: button ${level(gpio.button, 'pressed', 'released')}, LED ${level(gpio.led, 'on', 'off')}, chime ${level(gpio.chime, 'sounding', 'silent')}`,
  ]);
  const size = face.screen ? `, ${face.screen.width}x${face.screen.height}` : '';
  const pid = face.pid === null ? '' : `, process ${face.pid}`;
  rows.push(['Screen', `${face.state}${size}${pid}, restarted ${times(face.restarts)}`]);
  const lost = visits.unwritten ? `, ${visits.unwritten} could not be written` : '';
  rows.push(['Visits', `${visits.total}, missed ${visits.missed}${lost}`]);
  rows.push(['Kalitka', `${status.version}, up ${duration(status.uptime)}`]);
  return rows.map(([name, text]) => `${name.padEnd(8)} ${text}`).join('\n');
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** The two largest units: `3 d 4 h`, `12 min 5 s`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const units: [string, number][] = [
    ['d', Math.floor(s / 86_400)],
    ['h', Math.floor(s / 3600) % 24],
    ['min', Math.floor(s / 60) % 60],
    ['s', s % 60],
  ];
  const first = units.findIndex(([, value]) => value > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([, value]) => value > 0)
    .map(([unit, value]) => `${value} ${unit}`)
    .join(' ');
}
