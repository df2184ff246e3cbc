// The one schema of the configuration: types, checks, defaults and documentation all come from it.
import { z } from 'zod';
import { Secret } from '../system/secret.js';
import * as syntax from './syntax.js';

/**
 * Beside zod's own: `allowed` says in words what fits, where the type cannot; `secret` keeps a value out of
 * every message; `examples` is what a setting without a default has in the generated file.
 */
interface Meta {
  description: string;
  allowed?: string;
  secret?: true;
  examples?: unknown[];
}

const about = (meta: Meta): Meta & Record<string, unknown> => ({ ...meta });

/** A rule across several settings: told in its own words, and checked beside all other mistakes. */
const contradiction = (error: string) => ({ error, params: { rule: true }, when: () => true });

const text = (pattern: RegExp) => z.string().regex(pattern);
const path = () => z.string().refine(syntax.isPath);
const whole = (min: number, max: number) => z.int().min(min).max(max);
const PATH = 'an absolute path, such as "/var/lib/kalitka"';

const sip = z
  .strictObject({
    server: z
      .string()
      .refine((value) => syntax.parseServer(value) !== null)
      .meta(
        about({
          description: 'The SIP server (registrar) of the account.',
          allowed: 'a host or host:port without "sip:"; IPv6 in brackets, "[2001:db8::1]:5060"',
          examples: ['sip.bas-ip.com'],
        }),
      )
      .transform((value): syntax.ServerAddress => syntax.parseServer(value) ?? { host: value, port: null }),
    transport: z
      .enum(['udp', 'tcp', 'tls'])
      .default('udp')
      .meta(about({ description: 'How to reach the server.' })),
    login: text(syntax.sipUser).meta(
      about({
        description: 'The user part of the SIP account; with BAS-IP five digits.',
        allowed: 'a SIP user name in quotes, such as "12345"',
        examples: ['12345'],
      }),
    ),
    password: z
      .string()
      .min(1)
      .optional()
      .meta(
        about({
          description:
            'The password of the account. Better kept out of this file: see password_file, or the systemd credential kalitka-password.',
          allowed: 'text in quotes, not empty',
          secret: true,
          examples: ['6789'],
        }),
      )
      .transform((value) => (value === undefined ? undefined : new Secret(value))),
    password_file: path()
      .optional()
      .meta(
        about({
          description: 'A file that holds the password and nothing else, readable by the panel only.',
          allowed: PATH,
          secret: true,
          examples: ['/etc/kalitka/password'],
        }),
      ),
    register_interval: whole(30, 3600)
      .default(300)
      .meta(about({ description: 'How long a registration is asked for, s. The server may shorten it.' })),
    allow: z
      .array(
        z
          .string()
          .refine(syntax.isCidr)
          .meta({ allowed: 'an address or CIDR range, such as "192.168.1.0/24"' }),
      )
      .max(64)
      .default([])
      .meta(
        about({
          description: 'Who may send requests besides the server itself, as addresses or CIDR ranges.',
          allowed: 'a list such as ["192.168.1.0/24", "10.0.0.5"]',
        }),
      ),
    user_agent: text(/^[\x20-\x7e]{1,128}$/)
      .default('Kalitka/1.0')
      .meta(about({ description: 'What the panel calls itself.', allowed: 'up to 128 ASCII characters' })),
    tls: z
      .strictObject({
        ca_file: path()
          .optional()
          .meta(
            about({
              description: 'Certificates (PEM) to trust instead of those of Node.',
              allowed: PATH,
              examples: ['/etc/kalitka/ca.pem'],
            }),
          ),
        fingerprint: text(syntax.fingerprint)
          .optional()
          .meta(
            about({
              description: 'SHA-256 fingerprint of the one certificate to trust.',
              allowed: '32 bytes in hexadecimal, with or without colons',
              examples: ['00:11:22:...:FF'],
            }),
          ),
        insecure: z
          .boolean()
          .default(false)
          .meta(about({ description: 'Trusts any certificate. For trying things out only.' })),
      })
      .prefault({})
      .meta({ description: 'For transport = "tls".' }),
  })
  .refine(
    (value) => (value.password as unknown) === undefined || (value.password_file as unknown) === undefined,
    {
      path: ['password_file'],
      ...contradiction('give either password or password_file, not both'),
    },
  );

const lock = z.strictObject({
  name: text(/^\P{C}{1,40}$/u).meta(
    about({
      description: 'Its name on the screen.',
      allowed: 'up to 40 characters',
      examples: ['Gate'],
    }),
  ),
  code: text(syntax.lockCode)
    .default('#')
    .meta(
      about({ description: 'What opens it.', allowed: '1 to 4 of 0-9, *, #, A-D in quotes, such as "#"' }),
    ),
  mode: z
    .enum(['auto', 'rfc4733', 'info', 'inband', 'rfc4733+info'])
    .default('auto')
    .meta(
      about({ description: 'How the code travels. auto: RFC 4733 where negotiated, otherwise SIP INFO.' }),
    ),
  dial: text(syntax.dialTarget)
    .optional()
    .meta(
      about({
        description: 'Whom to call for opening it while nobody is at the door. Left out: nobody.',
        allowed: 'a number at the server or an address, such as "2001" or "sip:192.168.1.50"',
        examples: ['sip:192.168.1.50'],
      }),
    ),
});

const door = z
  .strictObject({
    hangup_after: whole(0, 60)
      .default(5)
      .meta(about({ description: 'After opening without anybody talking: seconds until the call ends.' })),
    digit_ms: whole(40, 2000)
      .default(160)
      .meta(about({ description: 'How long each digit of a code lasts, ms.' })),
    gap_ms: whole(30, 2000)
      .default(100)
      .meta(about({ description: 'The silence between two digits, ms. Some stations need 500.' })),
    locks: z
      .array(lock)
      .min(1)
      .max(4)
      .default([{ name: 'Gate', code: '#', mode: 'auto' }])
      .meta(
        about({
          description: 'The locks; the physical button opens the first one.',
          allowed: 'one to four [[door.locks]]',
        }),
      ),
  })
  .refine(
    ({ locks }) => {
      const names = (locks as Partial<typeof locks>).map((l) => l?.name);
      return new Set(names).size === names.length;
    },
    { path: ['locks'], ...contradiction('each lock needs a name of its own') },
  );

const AUDIO = 'use "arecord -L" and "aplay -L" for the names of devices';
const audio = z.strictObject({
  input: text(syntax.audioInput)
    .default('alsa:default')
    .meta(
      about({
        description: `The microphone (${AUDIO}); test is a tone.`,
        allowed: '"alsa:DEVICE", "file:/PATH", "test" or "none"',
      }),
    ),
  output: text(syntax.audioOutput)
    .default('alsa:default')
    .meta(
      about({
        description: 'The loudspeaker; file: writes a WAV.',
        allowed: '"alsa:DEVICE", "file:/PATH" or "none"',
      }),
    ),
});

const display = z
  .strictObject({
    driver: z
      .enum(['drm', 'fbdev', 'memory'])
      .default('drm')
      .meta(
        about({ description: 'Where the picture goes; memory shows nothing, it is for other programs.' }),
      ),
    width: whole(240, 3840)
      .default(800)
      .meta(about({ description: 'px; for memory only, the others ask the device.' })),
    height: whole(240, 3840)
      .default(480)
      .meta(about({ description: 'px; for memory only.' })),
    rotation: z
      .literal([0, 90, 180, 270])
      .default(0)
      .meta(about({ description: 'Clockwise, in degrees.' })),
    file: path()
      .optional()
      .meta(
        about({
          description: 'For memory only: the picture as raw BGRX rows in a shared mapping.',
          allowed: PATH,
          examples: ['/run/kalitka/screen.bgrx'],
        }),
      ),
    sleep_after: whole(0, 86_400)
      .default(60)
      .meta(about({ description: 'Seconds without a touch or call until the screen goes dark; 0 = never.' })),
  })
  .refine(({ driver, file }) => file === undefined || driver === 'memory', {
    path: ['file'],
    ...contradiction('only with driver = "memory"'),
  });

const output = (line: number, what: string) =>
  z
    .strictObject({
      line: whole(0, 1023)
        .default(line)
        .meta(about({ description: `GPIO number of ${what} (BCM, not the pin of the header).` })),
      active_low: z
        .boolean()
        .default(false)
        .meta(about({ description: 'On when the line is low.' })),
    })
    .prefault({});

const gpio = z
  .strictObject({
    backend: z
      .enum(['auto', 'chardev', 'onoff', 'sim', 'none'])
      .default('auto')
      .meta(
        about({ description: 'How to reach the lines; sim is for trying things out, none for no wiring.' }),
      ),
    button: z
      .strictObject({
        line: whole(0, 1023)
          .default(17)
          .meta(about({ description: 'GPIO number of the button (BCM, not the pin of the header).' })),
        active_low: z
          .boolean()
          .default(true)
          .meta(about({ description: 'Pressed when the line is low.' })),
        pull: z
          .enum(['up', 'down', 'none'])
          .default('up')
          .meta(about({ description: 'The resistor inside the chip.' })),
      })
      .prefault({}),
    led: output(27, 'the LED'),
    chime: output(22, 'the chime'),
  })
  .refine(({ button, led, chime }) => {
    const lines = [button, led, chime].map((part: { line?: number } | undefined) => part?.line);
    return new Set(lines).size === lines.length;
  }, contradiction('button, led and chime need a line each'));

const storage = z.strictObject({
  directory: path()
    .default('/var/lib/kalitka')
    .meta(about({ description: 'Where the visit log is kept.', allowed: PATH })),
});

const control = z.strictObject({
  socket: z
    .string()
    .refine(syntax.isSocketPath)
    .default('/run/kalitka/control.sock')
    .meta(
      about({
        description: 'The socket over which the other commands talk to the running panel.',
        allowed: 'an absolute path of at most 107 bytes',
      }),
    ),
});

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta(about({ description: 'How much goes to the journal.' })),
});

/** The whole file, without what only the machine knows (see `load.ts`). Keys are those of the file. */
export const settingsSchema = z
  .strictObject({
    language: z
      .enum(['ru', 'en'])
      .default('ru')
      .meta(about({ description: 'The language of the screen.' })),
    sip: sip.prefault({} as z.input<typeof sip>).meta({ description: 'The account.' }),
    door: door.prefault({}).meta({ description: 'What opens the door.' }),
    audio: audio.prefault({}).meta({ description: 'Microphone and loudspeaker.' }),
    display: display.prefault({}).meta({ description: 'The screen.' }),
    touch: z
      .strictObject({
        device: z
          .string()
          .regex(/^(?:auto|none|\/dev\/[A-Za-z0-9_.:/-]+)$/)
          .default('auto')
          .meta(about({ description: 'The touchscreen.', allowed: '"auto", "none" or "/dev/input/eventN"' })),
      })
      .prefault({}),
    gpio: gpio.prefault({}).meta({ description: 'Button, LED and chime on the wall.' }),
    storage: storage.prefault({}),
    control: control.prefault({}),
    log: log.prefault({}),
  })
  .meta({ title: 'Kalitka panel.toml' });

/** The file's settings with all defaults filled in. Durations and sizes in the units the schema names. */
export type Settings = z.output<typeof settingsSchema>;

/** What the panel runs with: the settings, and the password from wherever it was. */
export type Config = Omit<Settings, 'sip'> & {
  sip: Omit<Settings['sip'], 'password' | 'password_file'> & { password: Secret };
};
