// English texts.
import type { Messages } from './messages.js';
import { plural } from './plural.js';

const missed = plural('en', { one: 'missed call', other: 'missed calls' });

export const en: Messages = {
  locale: 'en-GB',
  line: {
    registered: 'Intercom connected',
    registering: 'Connecting to the intercom…',
    trouble: {
      'no-network': {
        title: 'Intercom not connected',
        advice: 'Check the network cable.',
      },
      'server-not-found': {
        title: 'Intercom not connected',
        advice: 'The server was not found. Check the internet connection.',
      },
      'no-answer': {
        title: 'Intercom not connected',
        advice: 'The server does not answer. The panel will reconnect by itself.',
      },
      'server-error': {
        title: 'Intercom unavailable for now',
        advice: 'The server has a fault. The panel will reconnect by itself.',
      },
      'wrong-password': {
        title: 'Wrong login or password',
        advice: 'Ask the installer to check the settings.',
      },
      forbidden: {
        title: 'The server refused access',
        advice: 'Contact the support of your intercom.',
      },
      'unknown-account': {
        title: 'The server does not know this panel',
        advice: 'Ask the installer to check the login.',
      },
      unknown: {
        title: 'Intercom not connected',
        advice: 'The panel will connect by itself.',
      },
    },
    retry: 'Try again',
    retrying: 'Connecting…',
  },
  missed,
  call: {
    ringing: 'Someone is at the door',
    silenced: 'Ringing silenced',
    answering: 'Connecting…',
    connecting: 'connecting…',
    calling: 'Calling…',
    talking: 'In call',
    onHold: 'On hold',
    muted: 'You are muted',
    ending: 'Ending the call…',
    answer: 'Answer',
    decline: 'Decline',
    hangUp: 'Hang up',
    cancel: 'Cancel',
    silence: 'Silence',
    microphone: 'Mic',
    microphoneOn: 'on',
    microphoneOff: 'off',
    videoSoon: 'Video will appear shortly…',
    noVideo: 'Call without video',
  },
  door: {
    open: 'Open',
    sending: 'sending…',
    sent: 'sent',
    failed: 'not sent',
    unnamed: (number) => `Lock ${number}`,
    sentNotice: 'Command to open sent',
    failedNotice: 'The command could not be sent',
  },
  busyCaller: 'Someone else called',
  ended: {
    remote: 'Call ended',
    local: 'Call ended',
    cancelled: 'Missed call',
    elsewhere: 'Answered on another device',
    declined: 'Call declined',
    unanswered: 'Nobody answered',
    busy: 'Busy',
    silent: 'Connection lost',
    failed: 'The call failed',
  },
};
