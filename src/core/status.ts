// Puts together what the panel tells about itself from what its parts know.
import type { MediaFigures } from '../face/messages.js';
import type { Status } from '../control/status.js';
import type { Moment } from '../panel/ports.js';
import type { Lock, PanelState } from '../panel/state.js';
import type { MediaStats } from '../rtp/stream-stats.js';

/** What the parts know. */
export interface StatusSources {
  panel: PanelState;
  locks: readonly Lock[];
  /** As configured. */
  server: string;
  /** Names of what is negotiated for the panel's call. */
  codecs: { audio: string | null; video: string | null };
  media: MediaStats | null;
  /** The face's figures of the panel's call. */
  figures: MediaFigures | null;
  gpio: Status['gpio'];
  face: Status['face'];
  visits: Status['visits'];
  version: string;
  /** Seconds. */
  uptime: number;
}

const iso = (moment: Moment): string => new Date(moment.wall).toISOString();

/** The status as the control socket gives it. */
export function statusOf(from: StatusSources): Status {
  const { line, call, doors } = from.panel;
  const active = call.state === 'idle' ? null : call;
  return {
    line: { state: line.state, since: iso(line.since), reason: line.reason, server: from.server },
    call: {
      state: call.state,
      from: active?.caller.name ?? null,
      since: active && iso(active.since),
      audioCodec: active && from.codecs.audio,
      videoCodec: active && from.codecs.video,
      framesShown: from.figures?.framesShown ?? 0,
      packetsLost: (from.media?.audio?.lost ?? 0) + (from.media?.video?.lost ?? 0),
    },
    door: doors.map((door, lock) => ({
      name: from.locks[lock]?.name ?? '',
      state: door.state,
      at: door.at && iso(door.at),
      dial: from.locks[lock]?.dial !== null,
    })),
    gpio: from.gpio,
    face: from.face,
    visits: from.visits,
    version: from.version,
    uptime: from.uptime,
  };
}
