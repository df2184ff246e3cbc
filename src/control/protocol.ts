// The control socket's language: one JSON object a line, requests checked here, errors with stable codes.
import { z } from 'zod';
import { KalitkaError } from '../system/errors.js';
import type { Status } from './status.js';

/** Why a request was not done. */
export type ControlCode =
  | 'BAD_REQUEST' // not JSON, not of the right form, a value out of range
  | 'UNKNOWN_COMMAND'
  | 'NO_CALL' // nothing rings, nobody talks
  | 'NO_LOCK' // no lock of that number or name
  | 'NO_BUTTON' // the present screen has no such button
  | 'NOT_SIMULATED' // the button is real
  | 'FACE_DOWN' // the screen's process is not running
  | 'TIMEOUT'
  | 'TOO_MANY_CLIENTS'
  | 'INTERNAL';

/** A request refused. `message` is for people. */
export class ControlError extends KalitkaError {
  constructor(
    override readonly code: ControlCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
  }
}

/** Buttons that the screens may carry. */
export const touchActions = ['answer', 'decline', 'open', 'hangup'] as const;
export type TouchAction = (typeof touchActions)[number];

const pixel = z.int().min(0).max(16_383);
const id = z.union([z.int(), z.string().max(64)]);

const requests = {
  status: z.strictObject({}),
  watch: z.strictObject({}),
  answer: z.strictObject({}),
  decline: z.strictObject({}),
  hangup: z.strictObject({}),
  silence: z.strictObject({}),
  retry: z.strictObject({}),
  screenshot: z.strictObject({}),
  /** Number from 0 or name; the first lock where it is left out. */
  open: z.strictObject({ lock: z.union([z.int(), z.string()]).default(0) }),
  /** Either a button of the present screen, or a place in px: touched for a moment unless `pressed` is given. */
  touch: z.union([
    z.strictObject({ action: z.enum(touchActions) }),
    z.strictObject({ x: pixel, y: pixel, pressed: z.boolean().optional() }),
  ]),
  button: z.strictObject({ edge: z.enum(['pressed', 'released']) }),
};

export type Command = keyof typeof requests;

/** A request that was understood; its fields are those of the line. */
export type Request = { [C in Command]: { command: C } & z.output<(typeof requests)[C]> }[Command];

/** What a request may say, for the client. */
export type RequestFields<C extends Command> = z.input<(typeof requests)[C]>;

/** Whatever a client may name its requests with; null where that could not be read. */
export type RequestId = number | string | null;

/** The result of each command. */
export interface Results {
  status: Status;
  watch: Status;
  answer: null;
  decline: null;
  hangup: null;
  silence: null;
  retry: null;
  open: null;
  touch: null;
  button: null;
  /** base64 */
  screenshot: { png: string };
}

/** A line from the panel: an answer, or after `watch` a changed status. */
export type Reply =
  | { id: RequestId; ok: true; result: unknown }
  | { id: RequestId; ok: false; code: string; message: string }
  | { id: RequestId; event: 'status'; result: Status };

const FORMS: Partial<Record<Command, string>> = {
  open: 'open takes a "lock": its number from 0, or its name',
  touch: `touch takes "x" and "y" in px and perhaps "pressed", or an "action": ${touchActions.join(', ')}`,
  button: 'button takes an "edge": pressed or released',
};

/** The id of a request and what it asks; `request` is an error where that could not be understood. */
export interface ParsedRequest {
  id: RequestId;
  request: Request | ControlError;
}

/** Reads one line of a client. Never throws. */
export function parseRequest(line: string): ParsedRequest {
  const bad = (message: string, at: RequestId = null): ParsedRequest => ({
    id: at,
    request: new ControlError('BAD_REQUEST', message),
  });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return bad('not JSON: a request is one line such as {"id": 1, "command": "status"}');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad('not an object: a request is one line such as {"id": 1, "command": "status"}');
  }
  const { id: rawId = null, command, ...fields } = value as Record<string, unknown>;
  const parsedId = id.nullable().safeParse(rawId);
  if (!parsedId.success) return bad('"id" is a whole number or a text of at most 64 characters');
  if (typeof command !== 'string') return bad('"command" is missing', parsedId.data);
  if (!isCommand(command)) {
    const message = `unknown command; there are: ${Object.keys(requests).join(', ')}`;
    return { id: parsedId.data, request: new ControlError('UNKNOWN_COMMAND', message) };
  }
  const parsed = requests[command].safeParse(fields);
  if (!parsed.success) return bad(FORMS[command] ?? `${command} takes nothing`, parsedId.data);
  return { id: parsedId.data, request: { command, ...parsed.data } as Request };
}

function isCommand(text: string): text is Command {
  return Object.hasOwn(requests, text);
}
