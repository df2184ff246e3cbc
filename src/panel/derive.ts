// What the chime, the LED and the screen shall show follows from the state alone; nobody has to remember to say so.
import type { ChimePattern, LedPattern } from './ports.js';
import type { PanelOptions, PanelState } from './state.js';
import type { View } from './view.js';

export function chimeOf(state: PanelState): ChimePattern {
  return state.call.state === 'ringing' && !state.call.silenced ? 'ringing' : 'off';
}

export function ledOf(state: PanelState): LedPattern {
  if (state.call.state === 'ringing') return 'fast';
  if (state.call.state !== 'idle') return 'double';
  if (state.line.state === 'registered') return 'on';
  return state.line.state === 'registering' ? 'off' : 'slow';
}

/** The view model of a state; equal states give equal views. */
export function viewOf(state: PanelState, options: PanelOptions): View {
  const { call } = state;
  return {
    awake: state.awake,
    line: { state: state.line.state, reason: state.line.reason },
    call:
      call.state === 'idle'
        ? null
        : {
            id: call.id,
            phase: call.state,
            caller: call.caller,
            since: call.since,
            video: call.video,
            picture: call.picture,
            muted: call.muted,
            silenced: call.silenced,
            onHold: call.onHold,
          },
    doors: state.doors.map((door, lock) => ({ name: options.locks[lock]?.name ?? '', ...door })),
    notice: state.notice,
    missed: state.missed,
  };
}
