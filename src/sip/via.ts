// The top Via: how a request tells where its responses go (RFC 3261, section 18.2; RFC 3581).
import type { Endpoint } from '../system/udp.js';
import { hostText, parameter, plainAddress } from './addresses.js';

/** A Via header field value. */
export interface Via {
  /** `UDP`, `TCP`, ... */
  transport: string;
  /** Without brackets. */
  host: string;
  port: number | null;
  branch: string;
  /** null: absent; '' : asked for; else the port in digits. */
  rport: string | null;
  received: string | null;
  /** Everything from the first `;` on. */
  parameters: string;
}

/** RFC 3261, section 8.1.1.7. */
const cookie = 'z9hG4bK';

/** Reads one Via; null when it is no Via of a SIP/2.0 element with a proper branch. */
export function readVia(value: string): Via | null {
  const match =
    /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]+)\s+(\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)\s*(?::\s*(\d{1,5}))?\s*(;.*)?$/i.exec(
      value,
    );
  if (!match) return null;
  const [, transport = '', host = '', port, parameters = ''] = match;
  const branch = parameter(parameters, 'branch') ?? '';
  if (!branch.startsWith(cookie) || branch.length === cookie.length || branch.length > 256) return null;
  return {
    transport: transport.toUpperCase(),
    host: host.toLowerCase().replace(/^\[|\]$/g, ''),
    port: port === undefined ? null : Number(port),
    branch,
    rport: parameter(parameters, 'rport'),
    received: parameter(parameters, 'received'),
    parameters,
  };
}

/** The Via as it must stand in the response: where the request really came from (RFC 3581, section 4). */
export function stampVia(via: Via, source: Endpoint): string {
  let parameters = via.parameters.replace(/;\s*received\s*=\s*[^;]*/gi, '');
  if (via.rport !== null)
    parameters = parameters.replace(/;\s*rport\s*(=\s*[^;]*)?/gi, `;rport=${source.port}`);
  const address = plainAddress(source.address);
  if (via.rport !== null || address !== via.host) parameters += `;received=${address}`;
  const port = via.port === null ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${hostText(via.host)}${port}${parameters}`;
}

/** Where a response goes (RFC 3261, section 18.2.2; RFC 3581, section 4). */
export function responseDestination(via: Via): Endpoint {
  const rport = Number(via.rport ?? '');
  const port = rport > 0 && rport < 65_536 ? rport : (via.port ?? 5060);
  return { address: via.received ?? via.host, port };
}
