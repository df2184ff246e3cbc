// Doctor: the way to the server, and the running panel.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Settings } from '../../config/schema.js';
import { ControlClient } from '../../control/client.js';
import type { LineStatus } from '../../control/status.js';
import { errorText, KalitkaError } from '../../system/errors.js';
import { systemUdp } from '../../system/udp.js';
import type { Finding } from './finding.js';

/** A name server that answers takes less, ms. */
const LOOKUP_MS = 5_000;

/** The server has an address, and there is a route to it. Nothing is sent to the server itself. */
export async function checkServer({ sip }: Settings): Promise<Finding[]> {
  const { host } = sip.server;
  const port = sip.server.port ?? (sip.transport === 'tls' ? 5061 : 5060);
  let addresses: string[] = [host];
  const findings: Finding[] = [];
  if (!isIP(host)) {
    try {
      addresses = await resolve(host);
      findings.push({ level: 'ok', about: 'server', text: `${host} is ${addresses.join(', ')}` });
    } catch (error) {
      const mend = 'check sip.server, the cable, and the name servers in /etc/resolv.conf';
      return [{ level: 'fail', about: 'server', text: `${host} has no address: ${errorText(error)}`, mend }];
    }
  }
  const failures: string[] = [];
  for (const address of addresses) {
    try {
      const local = await systemUdp.localAddressToward({ address, port });
      findings.push({ level: 'ok', about: 'route', text: `${address} is reached from ${local}` });
      return findings;
    } catch (error) {
      failures.push(errorText(error));
    }
  }
  const mend = 'check the cable, "ip address" and "ip route"';
  findings.push({ level: 'fail', about: 'route', text: failures[0] ?? 'no route', mend });
  return findings;
}

async function resolve(host: string): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LOOKUP_MS / 1000} s`)), LOOKUP_MS);
  });
  try {
    const found = await Promise.race([lookup(host, { all: true }), late]);
    return found.map(({ address }) => address);
  } finally {
    clearTimeout(timer);
  }
}

const mends: Record<NonNullable<LineStatus['reason']>, string> = {
  'no-network': 'check the cable, "ip address" and "ip route"',
  'server-not-found': 'check sip.server and the name servers in /etc/resolv.conf',
  'no-answer': 'check sip.server and its port, and the firewall between',
  'server-error': 'ask whoever runs the server; the panel tries again by itself',
  'wrong-password':
    'check sip.login and the password, restart the panel; three wrong ones may block the address',
  forbidden: 'the account is not allowed, or this address is blocked: ask the provider',
  'unknown-account': 'check sip.login',
};

/** The panel runs, is registered, and its screen is up. */
export async function checkPanel({ control }: Settings): Promise<Finding[]> {
  const about = 'panel';
  const client = new ControlClient({ path: control.socket, timeoutMs: 3_000 });
  try {
    await client.start();
    const { line, face, gpio } = await client.request('status', {});
    const findings: Finding[] = [{ level: 'ok', about, text: `runs; answers on ${control.socket}` }];
    if (line.state === 'registered') {
      findings.push({ level: 'ok', about: 'line', text: `registered at ${line.server}` });
    } else {
      const text = `${line.state}${line.reason ? `: ${line.reason}` : ''}`;
      const mend = line.reason ? mends[line.reason] : 'wait a moment and look again';
      findings.push({ level: line.state === 'registering' ? 'warn' : 'fail', about: 'line', text, mend });
    }
    if (face.state !== 'running') {
      const mend = 'its log says why: journalctl -u kalitka';
      findings.push({ level: 'fail', about: 'screen', text: `its process is ${face.state}`, mend });
    }
    if (gpio.state === 'failed') {
      const mend = 'see "gpio" below, and the log: journalctl -u kalitka';
      findings.push({ level: 'fail', about: 'wiring', text: 'the lines cannot be used', mend });
    }
    return findings;
  } catch (error) {
    const running = !(error instanceof KalitkaError && error.code === 'CONTROL_NOT_RUNNING');
    return [
      running
        ? { level: 'fail', about, text: errorText(error) }
        : {
            level: 'warn',
            about,
            text: `does not run: nothing answers on ${control.socket}`,
            mend: 'kalitka run',
          },
    ];
  } finally {
    await client.stop();
  }
}
