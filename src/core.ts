// The composition root: the only place that knows every adapter. Builds them from the configuration, joins them, and
// starts and stops them in order.
import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import type { Config } from './config/schema.js';
import { ControlError } from './control/protocol.js';
import { ControlServer } from './control/server.js';
import type { Status } from './control/status.js';
import { MediaBridge } from './core/media-bridge.js';
import { statusOf } from './core/status.js';
import { FaceProcess } from './face/face-process.js';
import type { MediaFigures } from './face/messages.js';
import { createGpio } from './gpio/index.js';
import { Panel } from './panel/panel.js';
import type { PanelOptions } from './panel/state.js';
import { SipLine } from './sip/line.js';
import { systemResolve } from './sip/resolver.js';
import { systemRandom } from './sip/random.js';
import { systemClock } from './system/clock.js';
import type { Log } from './system/log.js';
import { systemUdp } from './system/udp.js';
import { VisitLog } from './visits/visit-log.js';

/** A panel that runs. */
export interface RunningPanel {
  /** Ends calls, unregisters, switches outputs off, closes everything. Idempotent. */
  stop(): Promise<void>;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Starts a panel.
 * @throws KalitkaError what the configuration asks for and this machine or version cannot do; `CONTROL_IN_USE` when
 *   another panel runs
 */
export async function runPanel(config: Config, { log }: { log: Log }): Promise<RunningPanel> {
  const clock = systemClock;
  const began = clock.steady();
  const options = panelOptions(config);
  const changes = new EventEmitter();
  const changed = (): void => void changes.emit('change');
  let figures: MediaFigures | null = null;
  let codecs: { call: string; audio: string | null; video: string | null } | null = null;

  const visits = new VisitLog({
    directory: config.storage.directory,
    log: log.child('visits'),
    onChange: changed,
  });

  const bridge = new MediaBridge({
    session: { network: systemUdp, clock, log: log.child('rtp') },
    setMedia: (media) => face.setMedia(media),
    onSilent: (call) => panel.dispatch({ type: 'call-silent', call }),
  });

  const { sip } = config;
  const server = serverText(sip.server);
  const line = new SipLine({
    network: systemUdp,
    clock,
    log: log.child('sip'),
    random: systemRandom,
    resolve: systemResolve,
    server,
    login: sip.login,
    password: sip.password.reveal(),
    registerInterval: sip.register_interval,
    allow: sip.allow,
    userAgent: sip.user_agent,
    createMedia: (call) => bridge.create(call),
    onEvent: (event) => {
      if (event.type === 'call-media') {
        codecs = event;
        changed();
      }
      panel.dispatch(event);
    },
  });

  let gpioState: Status['gpio']['state'] = config.gpio.backend === 'none' ? 'none' : 'failed';
  const { board: gpio, sim } = createGpio({
    settings: config.gpio,
    clock,
    log: log.child('gpio'),
    onEvent: (event) => {
      if (event.type === 'gpio') gpioState = event.state;
      panel.dispatch(event);
      changed();
    },
    onLevels: changed,
  });

  const face = new FaceProcess({
    setup: {
      language: config.language,
      display: { ...config.display, file: config.display.file ?? null },
      touch: config.touch,
      audio: config.audio,
    },
    clock,
    log: log.child('face'),
    onEvent: (event) => {
      if (event.type === 'face' && event.state !== 'running') bridge.faceGone();
      panel.dispatch(event);
      changed();
    },
    onIntent: (intent) => panel.dispatch(intent),
    onMedia: (message) => {
      switch (message.type) {
        case 'media-ready':
          return bridge.mediaReady(message);
        case 'key-frame-wanted':
          return bridge.keyFrameWanted(message.call);
        case 'figures':
          figures = message.figures;
          return changed();
        case 'pipeline-error':
          log.warn('sound or picture failed', { stream: message.stream, error: message.message });
      }
    },
  });

  const panel: Panel = new Panel(options, {
    clock,
    line,
    gpio,
    show: (view) => face.show(view),
    record: (visit) => visits.record(visit),
    changed,
    ignored: (event, { call }) =>
      log.debug('an event that means nothing now', { event: event.type, state: call.state }),
  });

  const status = (): Status => {
    const { call } = panel.state;
    const id = call.state === 'idle' ? null : call.id;
    return statusOf({
      panel: panel.state,
      locks: options.locks,
      server,
      codecs: codecs !== null && codecs.call === id ? codecs : { audio: null, video: null },
      media: id === null ? null : bridge.stats(id),
      figures: figures !== null && figures.call === id ? figures : null,
      gpio: { state: gpioState, ...gpio.levels() },
      face: { state: face.state, restarts: face.restarts, pid: face.pid, screen: face.screen },
      visits: visits.totals,
      version,
      uptime: Math.round((clock.steady() - began) / 1000),
    });
  };

  const control = new ControlServer({
    path: config.control.socket,
    log: log.child('control'),
    handler: {
      status,
      onStatusChange: (listener) => {
        changes.on('change', listener);
        return () => void changes.off('change', listener);
      },
      intent: (intent) => panel.dispatch(intent),
      touch: (x, y, pressed) => face.touch(x, y, pressed),
      touchAction: (action) => face.touchAction(action),
      screenshot: () => face.screenshot(),
      button: (edge) => {
        if (!sim) {
          throw new ControlError(
            'NOT_SIMULATED',
            'the button is real: only gpio.backend = "sim" can be pressed from here',
          );
        }
        sim.setButton(edge === 'pressed');
      },
    },
  });

  // started in this order, stopped in the opposite one; the control socket first: it finds out about a second panel
  const parts = [control, visits, gpio, face, { start: () => panel.start(), stop: () => panel.stop() }, line];
  const stop = async (): Promise<void> => {
    for (const part of [...parts].reverse()) await part.stop();
  };
  try {
    for (const part of parts) await part.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** `host` or `host:port`, an IPv6 address in brackets. */
function serverText({ host, port }: Config['sip']['server']): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === null ? name : `${name}:${port}`;
}

/** The panel's part of the configuration, in its own units. */
function panelOptions({ door, display }: Config): PanelOptions {
  return {
    locks: door.locks.map(({ name, code, mode, dial }) => ({
      name,
      code: { digits: code, mode, durationMs: door.digit_ms, gapMs: door.gap_ms },
      dial: dial ?? null,
    })),
    hangUpAfterMs: door.hangup_after * 1000,
    sleepAfterMs: display.sleep_after * 1000,
  };
}
