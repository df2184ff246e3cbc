// Checks what the face says: it decodes pictures of strangers and is less trusted than core.
import { z } from 'zod';
import type { FromFace } from './messages.js';

const callId = z.string().min(1).max(200);
const port = z.int().min(1).max(65_535);
const px = z.int().min(0).max(100_000);
const text = z.string().max(2_000);
const id = z.int().min(0);
const total = z.number().min(0);
const level = z.number().min(-1_000).max(1_000);

const intent = z.union([
  z.object({
    type: z.literal('intent'),
    intent: z.enum(['answer', 'decline', 'hangup', 'silence', 'wake', 'retry', 'dismiss']),
  }),
  z.object({ type: z.literal('intent'), intent: z.literal('open'), lock: z.int().min(0).max(1_000) }),
  z.object({ type: z.literal('intent'), intent: z.literal('mute'), muted: z.boolean() }),
]);

const fromFace = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), width: px, height: px }),
  z.object({ type: z.literal('intent'), intent }),
  z.object({ type: z.literal('heartbeat'), at: z.number() }),
  z.object({
    type: z.literal('media-ready'),
    call: callId,
    audioPort: port.nullable(),
    videoPort: port.nullable(),
  }),
  z.object({ type: z.literal('first-frame'), call: callId, at: z.number() }),
  z.object({
    type: z.literal('figures'),
    figures: z.object({
      call: callId,
      framesShown: total,
      framesDropped: total,
      size: z.object({ width: px, height: px }).nullable(),
      playedLevel: level.nullable(),
      recordedLevel: level.nullable(),
    }),
  }),
  z.object({ type: z.literal('key-frame-wanted'), call: callId }),
  z.object({
    type: z.literal('pipeline-error'),
    stream: z.enum(['audio-in', 'audio-out', 'video']),
    message: text,
  }),
  z.object({
    type: z.literal('screenshot-result'),
    id,
    png: z.base64().max(64_000_000).nullable(),
    error: text.nullable(),
  }),
  z.object({ type: z.literal('touch-result'), id, found: z.boolean() }),
  z.object({
    type: z.literal('device'),
    device: z.enum(['display', 'touch']),
    state: z.enum(['working', 'failed']),
    detail: text.nullable(),
  }),
]) satisfies z.ZodType<FromFace>;

/** A message of the face, stripped of all that does not belong there; null where it is none. */
export function parseFromFace(message: unknown): FromFace | null {
  const parsed = fromFace.safeParse(message);
  return parsed.success ? parsed.data : null;
}
