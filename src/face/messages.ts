// The one typed union of messages between core and the face, over Node's IPC.
import type { AudioCodec, VideoCodec } from '../sdp/media.js';
import type { CallId, Intent } from '../panel/ports.js';
import type { View } from '../panel/view.js';

/** How the face is set up; sent once, first. Mirrors the configuration's sections. */
export interface FaceSetup {
  language: 'ru' | 'en';
  display: {
    driver: 'drm' | 'fbdev' | 'memory';
    /** px, memory only. */
    width: number;
    height: number;
    rotation: 0 | 90 | 180 | 270;
    /** memory only: path of the shared mapping, raw BGRX rows. */
    file: string | null;
  };
  touch: { device: string };
  audio: { input: string; output: string };
}

/** What the face shall play, show and record. `null` streams are off. */
export interface FaceMedia {
  call: CallId;
  audio: {
    codec: AudioCodec;
    /** Payload type in the packets that core relays to the face. */
    receivePayloadType: number;
    /** Packet length to send, ms. */
    ptime: number;
    /** Loopback port of core that takes the face's RTP; its numbers, SSRC and payload type are core's business. */
    sendTo: number;
    send: boolean;
    receive: boolean;
  } | null;
  video: {
    codec: VideoCodec;
    receivePayloadType: number;
    /** `sprop-parameter-sets`, or null. */
    parameterSets: string | null;
  } | null;
}

/** Running totals of one call's media in the face. */
export interface MediaFigures {
  call: CallId;
  framesShown: number;
  framesDropped: number;
  /** Size of the decoded picture, px; null before the first frame. */
  size: { width: number; height: number } | null;
  /** Level of what is played and recorded, dBFS RMS of the last second; null where there is none. */
  playedLevel: number | null;
  recordedLevel: number | null;
}

export type ToFace =
  | { type: 'setup'; setup: FaceSetup }
  | { type: 'view'; view: View }
  /** null: no call, all pipelines idle. */
  | { type: 'media'; media: FaceMedia | null }
  /** A touch as from a finger at px; `pressed` false = lifted. */
  | { type: 'touch'; x: number; y: number; pressed: boolean }
  /** Touches the button that carries an action on the present screen. */
  | { type: 'touch-action'; id: number; action: 'answer' | 'decline' | 'open' | 'hangup' }
  | { type: 'screenshot'; id: number }
  /** Ends in order; the face's process is gone within a second. */
  | { type: 'stop' };

export type FromFace =
  | { type: 'ready'; width: number; height: number }
  | { type: 'intent'; intent: Intent }
  /** Sent once a second from the loop that draws; `at` is steady ms. */
  | { type: 'heartbeat'; at: number }
  /** Loopback ports on which the face takes RTP of this call from now on; null where that stream is off. */
  | { type: 'media-ready'; call: CallId; audioPort: number | null; videoPort: number | null }
  /** `at`: steady ms when the first picture was on the screen. */
  | { type: 'first-frame'; call: CallId; at: number }
  | { type: 'figures'; figures: MediaFigures }
  /** The decoder cannot go on without a key frame. */
  | { type: 'key-frame-wanted'; call: CallId }
  /** A pipeline failed; `stream` is rebuilt by the face itself where that makes sense. */
  | { type: 'pipeline-error'; stream: 'audio-in' | 'audio-out' | 'video'; message: string }
  /** `png` is base64; `error` set instead where it failed. */
  | { type: 'screenshot-result'; id: number; png: string | null; error: string | null }
  | { type: 'touch-result'; id: number; found: boolean }
  /** The display or touch device vanished or came back. */
  | { type: 'device'; device: 'display' | 'touch'; state: 'working' | 'failed'; detail: string | null };
