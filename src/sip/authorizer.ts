// Answers 401 and 407 for one account, and knows when to stop: a provider blocks an address after a few wrong
// passwords.
import { authorizationValue, readChallenges, strongestChallenge, type Credentials } from './digest.js';
import { randomToken } from './random.js';

/** The request an authorization is for. */
export interface AuthorizedRequest {
  method: string;
  uri: string;
  body: string;
}

/** The challenges of one response: values of its WWW-Authenticate or Proxy-Authenticate headers. */
export interface ChallengeResponse {
  status: number;
  challenges: string[];
}

/** The account's side of digest authentication. Keeps the nonce count while a server keeps its nonce. */
export class Authorizer {
  #nonce = '';
  #count = 0;

  constructor(private readonly options: { credentials: Credentials; random: () => number }) {}

  /** Begins the authorization of one request. */
  attempt(): AuthorizationAttempt {
    return new AuthorizationAttempt((nonce) => this.#next(nonce), this.options);
  }

  #next(nonce: string): number {
    this.#count = nonce === this.#nonce ? this.#count + 1 : 1;
    this.#nonce = nonce;
    return this.#count;
  }
}

/** A request with credentials is sent at most so often before we give up. */
const mostTries = 2;

/** The authorization of one request: which headers its next copy needs. */
export class AuthorizationAttempt {
  readonly #headers = new Map<string, string>();
  #tries = 0;

  constructor(
    private readonly count: (nonce: string) => number,
    private readonly options: { credentials: Credentials; random: () => number },
  ) {}

  /** True once credentials have been sent: a further challenge that is not stale means they are wrong. */
  get tried(): boolean {
    return this.#tries > 0;
  }

  /**
   * Takes a 401 or 407.
   * @returns the headers of the next copy of the request, or null when there must be none: the credentials were
   * refused, or the server asks for what we cannot do
   */
  answer(response: ChallengeResponse, request: AuthorizedRequest): string[] | null {
    const name = response.status === 401 ? 'Authorization' : 'Proxy-Authorization';
    const challenge = strongestChallenge(readChallenges(response.challenges));
    if (!challenge || this.#tries >= mostTries) return null;
    if (this.#headers.has(name) && !challenge.stale) return null;
    this.#tries += 1;
    const { credentials, random } = this.options;
    const nonceCount = this.count(challenge.nonce);
    const input = { challenge, credentials, nonceCount, cnonce: randomToken(random, 16), ...request };
    this.#headers.set(name, `${name}: ${authorizationValue(input)}`);
    return [...this.#headers.values()];
  }
}
