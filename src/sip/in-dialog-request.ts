// A request within a dialog, sent again where the far end asks for credentials.
import type { Core } from 'sip.js';
import { answerChallenge, type UserAgentContext } from './user-agent.js';

export interface InDialogRequest {
  /** For the log. */
  what: string;
  /** Sends one copy; each gets its CSeq from the dialog. */
  issue: (headers: string[], delegate: Core.OutgoingRequestDelegate) => Core.OutgoingRequest;
  /** The last final response; a timeout is a 408. */
  final: (message: Core.IncomingResponseMessage) => void;
}

/** Sends it. False when it could not be sent. */
export function requestWithin(agent: UserAgentContext, { what, issue, final }: InDialogRequest): boolean {
  const attempt = agent.authorize();
  const send = (headers: string[]): void => {
    const finish = ({ message }: Core.IncomingResponse): void => {
      const again = answerChallenge(attempt, message, request.message);
      if (again && agent.guard(what, () => send(again))) return;
      agent.guard(what, () => final(message));
    };
    const request = issue(headers, { onAccept: finish, onRedirect: finish, onReject: finish });
  };
  return agent.guard(what, () => send([]));
}
