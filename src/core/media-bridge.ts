// Joins the media of calls to the face: what was negotiated becomes what the face plays, and its loopback ports
// become where the relay sends.
import type { FaceMedia, FromFace } from '../face/messages.js';
import type { CallId } from '../panel/ports.js';
import { MediaSession, type MediaSessionOptions } from '../rtp/media-session.js';
import type { MediaStats } from '../rtp/stream-stats.js';
import type { CallMedia, Negotiated } from '../sdp/media.js';

export interface MediaBridgeOptions {
  /** What every session is made with. */
  session: Pick<MediaSessionOptions, 'network' | 'clock' | 'log'>;
  /** Tells the face what to play and show; null = nothing. */
  setMedia: (media: FaceMedia | null) => void;
  /** The far end has sent nothing for too long. */
  onSilent: (call: CallId) => void;
}

type MediaReady = Extract<FromFace, { type: 'media-ready' }>;

/** All sessions there are, and which of them the face is busy with: the one negotiated last. */
export class MediaBridge {
  readonly #sessions = new Map<CallId, MediaSession>();
  #shown: CallId | null = null;

  constructor(private readonly options: MediaBridgeOptions) {}

  /** The media of a new call, for signalling to drive. */
  create(call: CallId): CallMedia {
    const session = new MediaSession({
      ...this.options.session,
      onSilent: () => this.options.onSilent(call),
    });
    this.#sessions.set(call, session);
    return {
      open: (address) => session.open(address),
      apply: (negotiated) => {
        session.apply(negotiated);
        this.#shown = call;
        this.options.setMedia(faceMedia(call, negotiated, session));
      },
      sendDigits: (digits, timing) => session.sendDigits(digits, timing),
      close: async () => {
        this.#sessions.delete(call);
        if (this.#shown === call) {
          this.#shown = null;
          this.options.setMedia(null);
        }
        await session.close();
      },
    };
  }

  /** The face listens on these ports from now on. */
  mediaReady({ call, audioPort, videoPort }: MediaReady): void {
    this.#sessions.get(call)?.relayTo({ audioPort, videoPort });
  }

  /** No face listens any more: the relay holds the picture back for the next one. */
  faceGone(): void {
    if (this.#shown !== null) this.#sessions.get(this.#shown)?.relayTo({ audioPort: null, videoPort: null });
  }

  /** The face cannot go on without a key frame. */
  keyFrameWanted(call: CallId): void {
    this.#sessions.get(call)?.requestKeyFrame();
  }

  /** Figures of one call's streams; null where it is not known any more. */
  stats(call: CallId): MediaStats | null {
    return this.#sessions.get(call)?.stats() ?? null;
  }
}

/** What the face has to do for a negotiated call. */
function faceMedia(call: CallId, { audio, video }: Negotiated, session: MediaSession): FaceMedia {
  const sends = (way: string): boolean => way === 'sendrecv' || way === 'sendonly';
  const receives = (way: string): boolean => way === 'sendrecv' || way === 'recvonly';
  return {
    call,
    audio: audio && {
      codec: audio.codec,
      receivePayloadType: audio.receivePayloadType,
      ptime: audio.ptime,
      sendTo: session.localPorts.audio,
      send: sends(audio.direction),
      receive: receives(audio.direction),
    },
    video:
      video && receives(video.direction)
        ? {
            codec: video.codec,
            receivePayloadType: video.receivePayloadType,
            parameterSets: video.parameterSets,
          }
        : null,
  };
}
