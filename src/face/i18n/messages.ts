// Every text a person can read on the panel, as one typed table: a language that lacks a text does not compile.
import type { CallEnd, LineReason } from '../../panel/ports.js';

/** What is wrong with the line, and what a person can do about it. */
export interface TroubleText {
  /** One line. */
  title: string;
  /** One or two sentences. */
  advice: string;
}

/** All texts of one language. */
export interface Messages {
  /** BCP 47 tag for dates and plurals. */
  locale: string;
  line: {
    registered: string;
    registering: string;
    /** By reason; `unknown` where the line gave none. */
    trouble: Record<LineReason | 'unknown', TroubleText>;
    retry: string;
    retrying: string;
  };
  /** Missed calls, `count` >= 1. */
  missed: (count: number) => string;
  call: {
    ringing: string;
    silenced: string;
    answering: string;
    /** Under "Answer", on the button. */
    connecting: string;
    calling: string;
    talking: string;
    onHold: string;
    muted: string;
    ending: string;
    answer: string;
    decline: string;
    hangUp: string;
    cancel: string;
    silence: string;
    microphone: string;
    microphoneOn: string;
    microphoneOff: string;
    videoSoon: string;
    noVideo: string;
  };
  door: {
    /** The button of the only lock; several locks carry their names. */
    open: string;
    /** Under the name, on the button. */
    sending: string;
    sent: string;
    failed: string;
    /** A lock without a name, counted from 1. */
    unnamed: (number: number) => string;
    /** Notices. They speak of the command: whether the door is open nobody here can know. */
    sentNotice: string;
    failedNotice: string;
  };
  /** Another caller was refused while we talked. */
  busyCaller: string;
  ended: Record<CallEnd, string>;
}
