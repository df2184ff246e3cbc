import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkSettings, ConfigError } from '../../src/config/check.js';
import type { Settings } from '../../src/config/schema.js';

const FILE = '/etc/kalitka/panel.toml';
const ACCOUNT = 'server = "sip.example.org"\nlogin = "12345"\npassword = "s3cret-6789"\n';

function settingsOf(text: string): Settings {
  return checkSettings(text, FILE, { needsPassword: true }).settings;
}

/** The lines a person reads, without the file's name. */
function problemsOf(text: string): string[] {
  try {
    settingsOf(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    for (const line of error.problems) assert.ok(line.startsWith(`${FILE}:`), line);
    return error.problems.map((line) => line.slice(FILE.length + 1));
  }
}

describe('The configuration file', () => {
  it('needs an account and nothing else; the rest are the defaults of the design', () => {
    const { sip, ...rest } = settingsOf(`[sip]\n${ACCOUNT}`);
    assert.equal(sip.password?.reveal(), 's3cret-6789');
    assert.deepEqual(
      { ...sip, password: null },
      {
        server: { host: 'sip.example.org', port: null },
        transport: 'udp',
        login: '12345',
        password: null,
        register_interval: 300,
        allow: [],
        user_agent: 'Kalitka/1.0',
        tls: { insecure: false },
      },
    );
    assert.deepEqual(rest, {
      language: 'ru',
      door: {
        hangup_after: 5,
        digit_ms: 160,
        gap_ms: 100,
        locks: [{ name: 'Gate', code: '#', mode: 'auto' }],
      },
      audio: { input: 'alsa:default', output: 'alsa:default' },
      display: { driver: 'drm', width: 800, height: 480, rotation: 0, sleep_after: 60 },
      touch: { device: 'auto' },
      gpio: {
        backend: 'auto',
        button: { line: 17, active_low: true, pull: 'up' },
        led: { line: 27, active_low: false },
        chime: { line: 22, active_low: false },
      },
      storage: { directory: '/var/lib/kalitka' },
      control: { socket: '/run/kalitka/control.sock' },
      log: { level: 'info' },
    });
  });

  it('takes every form of a server', () => {
    const table: [string, string, number | null][] = [
      ['sip.bas-ip.com', 'sip.bas-ip.com', null],
      ['SIP.example.org.:5062', 'SIP.example.org.', 5062],
      ['intercom', 'intercom', null],
      ['192.168.1.5', '192.168.1.5', null],
      ['192.168.1.5:5070', '192.168.1.5', 5070],
      ['[2001:db8::1]', '2001:db8::1', null],
      ['[::1]:5061', '::1', 5061],
      ['домофон.рф', 'xn--d1acpndet.xn--p1ai', null],
    ];
    for (const [text, host, port] of table) {
      const { sip } = settingsOf(`[sip]\n${ACCOUNT.replace('sip.example.org', text)}`);
      assert.deepEqual([text, sip.server.port], [text, port]);
      if (/^[\x20-\x7e]+$/.test(text)) assert.equal(sip.server.host, host);
      else assert.match(sip.server.host, /^xn--[a-z0-9]+\.xn--p1ai$/);
    }
    for (const text of [
      '',
      'sip:sip.example.org',
      'sip.example.org:0',
      'sip.example.org:65536',
      'sip.example.org:',
      '2001:db8::1',
      '[192.168.1.5]',
      '300.1.1.1',
      '1.2.3',
      'a b',
      'user@host',
      '-a.org',
      'a..b',
      `${'a'.repeat(64)}.org`,
    ]) {
      assert.deepEqual(problemsOf(`[sip]\n${ACCOUNT.replace('sip.example.org', text)}`), [
        `2: sip.server: found ${JSON.stringify(text).slice(0, 57)}${text.length > 58 ? '...' : ''}; ` +
          'allowed: a host or host:port without "sip:"; IPv6 in brackets, "[2001:db8::1]:5060"',
      ]);
    }
  });

  const accountKeys =
    'server, transport, login, password, password_file, register_interval, allow, user_agent, tls';
  const CODE = '1 to 4 of 0-9, *, #, A-D in quotes, such as "#"';
  const sip = (line: string): string => `[sip]\n${ACCOUNT}${line}`;
  const below = (lines: string): string => `[sip]\n${ACCOUNT}${lines}`;
  const wrong: [string, string, string[]][] = [
    [
      'a key mistyped',
      sip('transprot = "udp"'),
      [`5: sip.transprot: unknown key; did you mean "transport"? Allowed: ${accountKeys}`],
    ],
    [
      'a key in camel case',
      sip('registerInterval = 60'),
      [`5: sip.registerInterval: unknown key; did you mean "register_interval"? Allowed: ${accountKeys}`],
    ],
    [
      'a key of another table',
      sip('language = "en"'),
      [`5: sip.language: unknown key; it belongs to the top of the file. Allowed: ${accountKeys}`],
    ],
    [
      'a key of a list of tables',
      'dial = "1"\n' + below(''),
      [
        '1: dial: unknown key; it belongs to [[door.locks]]. ' +
          'Allowed: language, sip, door, audio, display, touch, gpio, storage, control, log',
      ],
    ],
    [
      'names that mean something to JavaScript',
      below('[storage]\n__proto__ = 1\nconstructor = 2\ntoString = 3'),
      ['__proto__', 'constructor', 'toString'].map(
        (key, i) => `${6 + i}: storage.${key}: unknown key. Allowed: directory`,
      ),
    ],
    [
      'a value of none of the words',
      sip('transport = "ws"'),
      ['5: sip.transport: found "ws"; allowed: "udp", "tcp" or "tls"'],
    ],
    [
      'a number in place of text',
      sip('').replace('"12345"', '12345'),
      ['3: sip.login: found the number 12345; allowed: a SIP user name in quotes, such as "12345"'],
    ],
    [
      'text in place of a number',
      sip('register_interval = "300"'),
      ['5: sip.register_interval: found "300"; allowed: a whole number from 30 to 3600'],
    ],
    [
      'a number out of range',
      sip('register_interval = 29'),
      ['5: sip.register_interval: found the number 29; allowed: a whole number from 30 to 3600'],
    ],
    [
      'no number at all',
      sip('register_interval = nan'),
      ['5: sip.register_interval: found the number NaN; allowed: a whole number from 30 to 3600'],
    ],
    [
      'a date',
      sip('register_interval = 1979-05-27'),
      ['5: sip.register_interval: found a date; allowed: a whole number from 30 to 3600'],
    ],
    [
      'text in place of a truth value',
      below('[gpio.button]\nactive_low = "yes"'),
      ['6: gpio.button.active_low: found "yes"; allowed: true or false'],
    ],
    [
      'a rotation in between',
      below('[display]\nrotation = 45'),
      ['6: display.rotation: found the number 45; allowed: 0, 90, 180 or 270'],
    ],
    [
      'a value in place of a table',
      below('gpio = "none"').replace(/^/, '').replace('gpio = "none"', '[door]\n[gpio]\nbutton = "s3cret"'),
      ['7: gpio.button: found text; allowed: a table with line, active_low, pull'],
    ],
    [
      'ranges that are none',
      sip('allow = ["10.0.0.0/33", "::/129", "10.0.0", "::1/64", "10.0.0.1", 5]'),
      [
        ...['"10.0.0.0/33"', '"::/129"', '"10.0.0"'].map(
          (found, i) =>
            `5: sip.allow[${i}]: found ${found}; allowed: an address or CIDR range, such as "192.168.1.0/24"`,
        ),
        '5: sip.allow[5]: found the number 5; allowed: an address or CIDR range, such as "192.168.1.0/24"',
      ],
    ],
    [
      'a header that would split',
      sip('user_agent = "a\\r\\nVia: b"'),
      ['5: sip.user_agent: found "a\\r\\nVia: b"; allowed: up to 128 ASCII characters'],
    ],
    [
      'codes that cannot be sent',
      below('[[door.locks]]\nname = "A"\ncode = ""\n[[door.locks]]\nname = "B"\ncode = "12345"\n') +
        '[[door.locks]]\nname = "C"\ncode = "E"\n[[door.locks]]\nname = "D"\ncode = 1',
      [
        '7: door.locks[0].code: found ""',
        '10: door.locks[1].code: found "12345"',
        '13: door.locks[2].code: found "E"',
        '16: door.locks[3].code: found the number 1',
      ].map((start) => `${start}; allowed: ${CODE}`),
    ],
    [
      'locks of one name',
      below('[[door.locks]]\nname = "A"\n[[door.locks]]\nname = "A"'),
      ['5: door.locks: each lock needs a name of its own'],
    ],
    [
      'no lock',
      below('[door]\nlocks = []'),
      ['6: door.locks: found a list; allowed: one to four [[door.locks]]'],
    ],
    [
      'locks that are no list',
      below('[door]\nlocks = 5'),
      ['6: door.locks: found the number 5; allowed: one to four [[door.locks]]'],
    ],
    [
      'a lock without a name',
      below('[[door.locks]]\ncode = "1"'),
      ['5: door.locks[0].name: missing; needed: up to 40 characters'],
    ],
    [
      'one line twice',
      below('[gpio]\nbutton = { line = 22 }'),
      ['5: gpio: button, led and chime need a line each'],
    ],
    [
      'a sound device that could break out of a pipeline',
      below('[audio]\ninput = "alsa:default ! filesink"'),
      [
        '6: audio.input: found "alsa:default ! filesink"; allowed: "alsa:DEVICE", "file:/PATH", "test" or "none"',
      ],
    ],
    [
      'a memory file of a real screen',
      below('[display]\nfile = "/run/screen"'),
      ['6: display.file: only with driver = "memory"'],
    ],
    [
      'a path that depends on where one stands',
      below('[storage]\ndirectory = "visits"'),
      ['6: storage.directory: found "visits"; allowed: an absolute path, such as "/var/lib/kalitka"'],
    ],
    [
      'a socket path the kernel cannot take',
      below(`[control]\nsocket = "/${'x'.repeat(107)}"`),
      [`6: control.socket: found "/${'x'.repeat(55)}...; allowed: an absolute path of at most 107 bytes`],
    ],
    [
      'two passwords',
      sip('password_file = "/etc/kalitka/password"'),
      ['5: sip.password_file: give either password or password_file, not both'],
    ],
    [
      'an empty password',
      sip('').replace('s3cret-6789', ''),
      ['4: sip.password: found empty text; allowed: text in quotes, not empty'],
    ],
    [
      'a password without quotes',
      sip('').replace('"s3cret-6789"', '6789'),
      ['4: sip.password: found a number; allowed: text in quotes, not empty'],
    ],
    [
      'nothing at all',
      '',
      [
        '1: sip.server: missing; needed: a host or host:port without "sip:"; IPv6 in brackets, "[2001:db8::1]:5060"',
        '1: sip.login: missing; needed: a SIP user name in quotes, such as "12345"',
        '1: sip.password: missing; needed: password_file = "/etc/kalitka/password", or password, or the systemd credential kalitka-password',
      ],
    ],
    ['no end of a text', sip('user_agent = "x'), ['5: not TOML at column 16: unterminated string constant']],
    [
      'text without quotes',
      sip('transport = udp'),
      ['5: not TOML at column 13: unexpected character (is text in quotes?)'],
    ],
    [
      'a number that begins with 0',
      sip('').replace('"12345"', '012345'),
      ['3: not TOML at column 9: leading zeros are not allowed (is text in quotes?)'],
    ],
    [
      'a key twice',
      sip('login = "1"'),
      ['5: not TOML at column 1: defining a key multiple times is invalid'],
    ],
    [
      'another language',
      '{"sip": {"login": "12345"}}',
      ['1: not TOML at column 1: unexpected token (is text in quotes?)'],
    ],
  ];
  for (const [what, text, lines] of wrong) {
    it(`tells of ${what}`, () => assert.deepEqual(problemsOf(text), lines));
  }

  it('tells of everything at once, in the order of the lines', () => {
    const text = below(
      'transport = "ws"\nvolume = 3\n[door]\ngap_ms = 1\n[display]\nwidth = 1\nfile = "x"\n',
    );
    assert.deepEqual(
      problemsOf(text.replace('"12345"', '5')).map((line) => line.split(' ').slice(0, 2).join(' ')),
      [
        '3: sip.login:',
        '5: sip.transport:',
        '6: sip.volume:',
        '8: door.gap_ms:',
        '10: display.width:',
        '11: display.file:',
        '11: display.file:',
      ],
    );
  });

  it('shows no value that may be a password, wherever the mistake is', () => {
    for (const text of [
      'sip = "s3cret"',
      'password = "s3cret"',
      '[sip]\npasword = "s3cret"',
      '[sip]\npassword = ["s3cret"]',
      '[sip]\npassword = { a = "s3cret" }',
      '[sip]\npassword = s3cret',
      '[sip]\npassword = "s3cret',
      '[sip]\npassword "s3cret"',
      '[sip]\npassword_file = "s3cret"',
      '[sip]\npassword = "s3cret"\nlogin = 1',
    ]) {
      const lines = problemsOf(text);
      assert.ok(lines.length > 0, text);
      assert.doesNotMatch(lines.join('\n'), /s3cret/, text);
    }
  });

  it('takes Windows line ends', () => {
    assert.equal(settingsOf(`[sip]\n${ACCOUNT}`.replaceAll('\n', '\r\n')).sip.login, '12345');
  });

  it('answers any text with settings or with lines, never with anything else', function () {
    this.timeout(60_000);
    const key = fc.constantFrom(
      'sip',
      'door',
      'locks',
      'gpio',
      'button',
      'line',
      'display',
      'file',
      'login',
      'x',
    );
    const value = fc.constantFrom(
      '1',
      '-1',
      '"a"',
      'true',
      '[]',
      '[[1]]',
      '{}',
      '{a=1}',
      '[{name=1}]',
      '1979-05-27',
    );
    const line = fc.oneof(
      fc.tuple(key, value).map(([k, v]) => `${k} = ${v}`),
      fc.tuple(key, key, value).map(([a, b, v]) => `${a}.${b} = ${v}`),
      fc.tuple(key, key).map(([a, b]) => `[${a}.${b}]`),
      fc.tuple(key, key).map(([a, b]) => `[[${a}.${b}]]`),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => void problemsOf(lines.join('\n'))),
      { numRuns: 150 },
    );
    for (const bracket of ['[', '{a=', 'a.', '[[']) problemsOf(`a=${bracket.repeat(50_000)}`);
  });
});
