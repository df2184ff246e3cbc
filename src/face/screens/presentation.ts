// What is on the glass, in words and roles: the screens draw exactly this, and tests can read it.
import type { Intent } from '../../panel/ports.js';
import type { IconName } from './icons.js';

/** What a colour tells: green accepts, red refuses or ends, blue is what the screen is for, the rest switch or tell. */
export type ButtonRole = 'accept' | 'refuse' | 'primary' | 'neutral' | 'active' | 'missed' | 'failed';
/** How serious a line of text is. */
export type Tone = 'plain' | 'accent' | 'good' | 'warning' | 'bad';

/** The names under which tests, the command line and scripts can press a button. */
export type ButtonAction = 'answer' | 'decline' | 'open' | 'hangup';

export interface ButtonFace {
  /** Stable: the same id is the same button from one view to the next. */
  id: string;
  action: ButtonAction | null;
  role: ButtonRole;
  icon: IconName | null;
  text: string;
  /** A second, smaller line. */
  detail: string | null;
  /** What a press means; null while the button only shows that something is going on. */
  intent: Intent | null;
}

/** A few words that stay for seconds. A touch puts them away. */
export interface NoticeFace {
  tone: Tone;
  icon: IconName;
  title: string;
  detail: string | null;
}

/** What is wrong with the line, and what to do about it. */
export interface TroubleFace {
  kind: 'trouble';
  tone: Tone;
  icon: IconName;
  title: string;
  advice: string;
  retry: ButtonFace;
}

export interface AsleepPresentation {
  screen: 'asleep';
  /** `HH:MM` */
  clock: string;
  /** What is worth waking it for: the line is down, somebody called. */
  hint: string | null;
}

export interface IdlePresentation {
  screen: 'idle';
  clock: string;
  date: string;
  missed: ButtonFace | null;
  /** At the foot of the screen: one of these. */
  foot: { kind: 'status'; tone: Tone; text: string } | TroubleFace | { kind: 'notice'; notice: NoticeFace };
}

export interface CallPresentation {
  screen: 'call';
  /** Who it is. */
  title: string;
  status: { tone: Tone; icon: IconName; text: string };
  /** In place of the picture while there is none. */
  placeholder: { icon: IconName; text: string };
  silence: ButtonFace | null;
  locks: readonly ButtonFace[];
  /** From left to right. */
  main: readonly ButtonFace[];
  notice: NoticeFace | null;
}

export type Presentation = AsleepPresentation | IdlePresentation | CallPresentation;
