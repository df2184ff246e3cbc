// A real kamailio as the registrar and proxy of a test, with digest authentication of registrations and calls.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, Program, temporaryFolder } from './program.js';

export interface Account {
  login: string;
  password: string;
}

const configuration = (port: number, accounts: Account[]): string => `#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
auto_aliases=no
enable_tls=no
disable_tcp=yes
listen=udp:127.0.0.1:${port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/aarch64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "auth.so"
modparam("auth", "qop", "auth")
modparam("registrar", "max_expires", 60)
modparam("usrloc", "db_mode", 0)
modparam("xlog", "long_format", 0)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route() || is_method("ACK")) { t_relay(); exit; }
    sl_send_reply("404", "Not here"); exit;
  }
  $var(password) = "";
${accounts.map((a) => `  if ($fU == "${a.login}") $var(password) = "${a.password}";`).join('\n')}
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("asterisk", "$var(password)", "0")) {
      xlog("L_NOTICE", "register of $fU: credentials=$(hdr(Authorization){s.len}) rejected\\n");
      www_challenge("asterisk", "1"); exit;
    }
    save("location");
    xlog("L_NOTICE", "registered $fU at $ct\\n");
    exit;
  }
  if (is_method("INVITE")) {
    if (!pv_proxy_authenticate("asterisk", "$var(password)", "0")) { proxy_challenge("asterisk", "1"); exit; }
    consume_credentials();
    record_route();
  }
  if (is_method("ACK")) { t_check_trans(); exit; }
  if (!lookup("location")) { sl_send_reply("404", "Nobody there"); exit; }
  t_relay();
}
`;

/** Starts kamailio on a free loopback port and waits until it listens. */
export async function startKamailio(
  accounts: Account[],
): Promise<{ port: number; program: Program; stop: () => Promise<void> }> {
  const folder = temporaryFolder('kamailio');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const file = join(folder.path, 'kamailio.cfg');
    writeFileSync(file, configuration(port, accounts));
    // small pools; -Y keeps its run-time files in our folder
    const args = [
      '-f',
      file,
      '-DD',
      '-E',
      '-m',
      '16',
      '-M',
      '4',
      '-Y',
      folder.path,
      '-P',
      join(folder.path, 'pid'),
    ];
    const program = Program.start('kamailio', args, { cwd: folder.path });
    try {
      await program.waitFor(/Listening on[\s\S]*Aliases/);
      return {
        port,
        program,
        stop: async () => {
          await program.stop();
          folder.remove();
        },
      };
    } catch (error) {
      await program.stop('SIGKILL');
      // the port was taken between our look and kamailio's bind
      if (attempt === 3 || !/in use|bind/i.test(program.output)) {
        folder.remove();
        throw error;
      }
    }
  }
}
