// What the control server needs of the panel, and how a request becomes an answer.
import type { GpioEvent, Intent } from '../panel/ports.js';
import type { Clock } from '../system/clock.js';
import { ControlError, type Request, type TouchAction } from './protocol.js';
import type { Status } from './status.js';

/** The running panel, as the control socket sees it. Anything here may throw a `ControlError` as its answer. */
export interface ControlHandler {
  status(): Status;
  /** Calls `listener` after each change of the status; returns what ends that. */
  onStatusChange(listener: () => void): () => void;
  intent(intent: Intent): void;
  /** A finger at px, down or lifted. */
  touch(x: number, y: number, pressed: boolean): void;
  /** Touches the button that carries an action; false where the present screen has none. */
  touchAction(action: TouchAction): Promise<boolean>;
  /**
   * Moves the simulated button.
   * @throws ControlError `NOT_SIMULATED`
   */
  button(edge: Extract<GpioEvent, { type: 'button' }>['edge']): void;
  /** The screen as PNG. */
  screenshot(): Promise<Buffer>;
}

/** How long a tap lasts, ms: about what a finger does, and longer than two frames. */
const TAP_MS = 80;

/** The face answers within a frame; longer than this and it hangs. */
const FACE_MS = 5_000;

/**
 * Does what a request asks.
 * @returns the result, plain JSON
 * @throws ControlError where it cannot be done
 */
export async function carryOut(request: Request, handler: ControlHandler, clock: Clock): Promise<unknown> {
  const status = handler.status();
  switch (request.command) {
    case 'status':
    case 'watch':
      return status;
    case 'answer':
    case 'decline':
    case 'silence':
      if (status.call.state !== 'ringing') throw new ControlError('NO_CALL', 'nothing rings');
      break;
    case 'hangup':
      if (status.call.state === 'idle' || status.call.state === 'ending') {
        throw new ControlError('NO_CALL', 'there is no call');
      }
      break;
    case 'retry':
      break;
    case 'open': {
      const lock = lockIndex(request.lock, status);
      if (status.call.state === 'idle' && status.door[lock]?.dial !== true) {
        throw new ControlError('NO_CALL', 'nobody is at the door, and this lock has no "dial" to call');
      }
      handler.intent({ type: 'intent', intent: 'open', lock });
      return null;
    }
    case 'button':
      handler.button(request.edge);
      return null;
    case 'touch':
      needFace(status);
      await touch(request, status, handler, clock);
      return null;
    case 'screenshot': {
      needFace(status);
      const png = await within(handler.screenshot(), clock);
      return { png: png.toString('base64') };
    }
  }
  handler.intent({ type: 'intent', intent: request.command });
  return null;
}

function lockIndex(lock: number | string, { door }: Status): number {
  const index = typeof lock === 'number' ? lock : door.findIndex(({ name }) => name === lock);
  if (door[index]) return index;
  const names = door.map(({ name }, i) => `${i} "${name}"`).join(', ');
  throw new ControlError('NO_LOCK', `no such lock; there are: ${names}`);
}

function needFace({ face }: Status): void {
  if (face.state !== 'running') throw new ControlError('FACE_DOWN', `the screen is ${face.state}; try again`);
}

async function touch(
  request: Extract<Request, { command: 'touch' }>,
  { face }: Status,
  handler: ControlHandler,
  clock: Clock,
): Promise<void> {
  if ('action' in request) {
    if (await within(handler.touchAction(request.action), clock)) return;
    throw new ControlError('NO_BUTTON', `the present screen has no button "${request.action}"`);
  }
  const { x, y, pressed } = request;
  const { screen } = face;
  if (screen && (x >= screen.width || y >= screen.height)) {
    throw new ControlError('BAD_REQUEST', `the screen has ${screen.width}x${screen.height} px`);
  }
  handler.touch(x, y, pressed ?? true);
  if (pressed !== undefined) return;
  await new Promise<void>((resolve) => clock.after(TAP_MS, resolve));
  handler.touch(x, y, false);
}

/** What the face answers, or `TIMEOUT`. */
async function within<T>(answer: Promise<T>, clock: Clock): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const timer = clock.after(FACE_MS, () =>
      reject(new ControlError('TIMEOUT', 'the screen does not answer')),
    );
    cancel = () => timer.cancel();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
