// A panel that the control server can serve: what it was told to do, and a status that tests change.
import { EventEmitter } from 'node:events';
import type { ControlHandler } from '../../src/control/handler.js';
import { ControlError } from '../../src/control/protocol.js';
import type { Status } from '../../src/control/status.js';

export function someStatus(): Status {
  return {
    line: { state: 'registered', since: '2026-01-31T12:00:00.000Z', reason: null, server: 'sip.example.org' },
    call: {
      state: 'idle',
      from: null,
      since: null,
      audioCodec: null,
      videoCodec: null,
      framesShown: 0,
      packetsLost: 0,
    },
    door: [
      { name: 'Gate', state: 'closed', at: null, dial: false },
      { name: 'Lift', state: 'closed', at: null, dial: true },
    ],
    gpio: { state: 'working', button: false, led: true, chime: false },
    face: { state: 'running', restarts: 0, pid: 4711, screen: { width: 800, height: 480 } },
    visits: { total: 3, missed: 1, unwritten: 0 },
    version: '1.2.3',
    uptime: 5,
  };
}

export class FakePanel implements ControlHandler {
  readonly changes = new EventEmitter();
  current = someStatus();
  /** What was asked of it, in order. */
  readonly done: string[] = [];
  /** Buttons on its screen. */
  buttons: string[] = ['answer'];
  simulated = true;
  png: Promise<Buffer> = Promise.resolve(Buffer.from('a picture'));

  status(): Status {
    return this.current;
  }

  onStatusChange(listener: () => void): () => void {
    this.changes.on('change', listener);
    return () => void this.changes.off('change', listener);
  }

  /** Changes the status and tells so. */
  change(part: Partial<Status>): void {
    this.current = { ...this.current, ...part };
    this.changes.emit('change');
  }

  /** Somebody rings. */
  ring(state: Status['call']['state'] = 'ringing'): void {
    this.change({ call: { ...this.current.call, state, from: 'Street', since: '2026-01-31T12:00:00.000Z' } });
  }

  intent: ControlHandler['intent'] = (intent) => {
    this.done.push(intent.intent === 'open' ? `open ${intent.lock}` : intent.intent);
  };

  touch: ControlHandler['touch'] = (x, y, pressed) => {
    this.done.push(`${pressed ? 'down' : 'up'} ${x} ${y}`);
  };

  touchAction: ControlHandler['touchAction'] = (action) => {
    this.done.push(`touch ${action}`);
    return Promise.resolve(this.buttons.includes(action));
  };

  button: ControlHandler['button'] = (edge) => {
    if (!this.simulated) throw new ControlError('NOT_SIMULATED', 'the button is real');
    this.done.push(edge);
  };

  screenshot: ControlHandler['screenshot'] = () => this.png;
}
