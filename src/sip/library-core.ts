// Sets up sip.js's core (transactions and dialogs) for UDP: its user agent above that is made for browsers.
import { Core, type URI } from 'sip.js';
import { randomToken } from './random.js';

export interface CoreOptions {
  /** Our address of record. */
  aor: URI;
  displayName: string;
  userAgent: string;
  random: () => number;
  /** `address:port` of the socket, as Via has to say. */
  viaHost: string;
  /** `<sip:...>` as it is now. */
  contact: () => string;
  transport: Core.Transport;
  delegate: Core.UserAgentCoreDelegate;
}

export function createCore(options: CoreOptions): Core.UserAgentCore {
  const { aor, contact, transport } = options;
  const loggerFactory = new Core.LoggerFactory();
  // it would write to the console, whole messages with their digests among it
  loggerFactory.builtinEnabled = false;
  return new Core.UserAgentCore(
    {
      aor,
      contact: { uri: aor, pubGruu: undefined, tempGruu: undefined, toString: contact },
      displayName: options.displayName.replace(/["\\]/g, ''),
      loggerFactory,
      hackViaTcp: false,
      routeSet: [],
      sipjsId: randomToken(options.random, 8),
      supportedOptionTags: [],
      supportedOptionTagsResponse: [],
      userAgentHeaderFieldValue: options.userAgent,
      viaForceRport: true,
      viaHost: options.viaHost,
      // challenges are answered by our own code, which knows more kinds of digest and when to stop
      authenticationFactory: () => undefined,
      transportAccessor: () => transport,
    },
    options.delegate,
  );
}
