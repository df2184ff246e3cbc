// The one schema of the configuration: types, checks, defaults and documentation all come from it.
import { z } from 'zod';
import type { Secret } from '../system/secret.js';
import { audio, display, gpio, touch } from './schema/devices.js';
import { door } from './schema/door.js';
import { PATH, path } from './schema/kit.js';
import { sip } from './schema/sip.js';
import * as syntax from './syntax.js';

const storage = z.strictObject({
  directory: path()
    .default('/var/lib/kalitka')
    .meta({ description: 'Where the visit log is kept.', allowed: PATH }),
});

const control = z.strictObject({
  socket: z.string().refine(syntax.isSocketPath).default('/run/kalitka/control.sock').meta({
    description: 'The socket over which the other commands talk to the running panel.',
    allowed: 'an absolute path of at most 107 bytes',
  }),
});

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ description: 'How much goes to the journal.' }),
});

/** The whole file, without what only the machine knows (see `load.ts`). Keys are those of the file. */
export const settingsSchema = z
  .strictObject({
    language: z.enum(['ru', 'en']).default('ru').meta({ description: 'The language of the screen.' }),
    sip: sip.prefault({} as z.input<typeof sip>).meta({ description: 'The account.' }),
    door: door.prefault({}).meta({ description: 'What opens the door.' }),
    audio: audio.prefault({}).meta({ description: 'Microphone and loudspeaker.' }),
    display: display.prefault({}).meta({ description: 'The screen.' }),
    touch: touch.prefault({}),
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
