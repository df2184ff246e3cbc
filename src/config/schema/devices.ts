// The sections of what the panel is made of: sound, screen, touch, wiring.
import { z } from 'zod';
import * as syntax from '../syntax.js';
import { contradiction, distinct, PATH, path, text, whole } from './kit.js';

const AUDIO = 'use "arecord -L" and "aplay -L" for the names of devices';
/** `[audio]` */
export const audio = z.strictObject({
  input: text(syntax.audioInput)
    .default('alsa:default')
    .meta({
      description: `The microphone (${AUDIO}); test is a tone.`,
      allowed: '"alsa:DEVICE", "file:/PATH", "test" or "none"',
    }),
  output: text(syntax.audioOutput).default('alsa:default').meta({
    description: 'The loudspeaker; file: writes a WAV.',
    allowed: '"alsa:DEVICE", "file:/PATH" or "none"',
  }),
});

/** `[display]` */
export const display = z
  .strictObject({
    driver: z
      .enum(['drm', 'fbdev', 'memory'])
      .default('drm')
      .meta({ description: 'Where the picture goes; memory shows nothing, it is for other programs.' }),
    width: whole(240, 3840)
      .default(800)
      .meta({ description: 'px; for memory only, the others ask the device.' }),
    height: whole(240, 3840).default(480).meta({ description: 'px; for memory only.' }),
    rotation: z.literal([0, 90, 180, 270]).default(0).meta({ description: 'Clockwise, in degrees.' }),
    file: path()
      .optional()
      .meta({
        description: 'For memory only: the picture as raw BGRX rows in a shared mapping.',
        allowed: PATH,
        examples: ['/run/kalitka/screen.bgrx'],
      }),
    sleep_after: whole(0, 86_400)
      .default(60)
      .meta({ description: 'Seconds without a touch or call until the screen goes dark; 0 = never.' }),
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
        .meta({ description: `GPIO number of ${what} (BCM, not the pin of the header).` }),
      active_low: z.boolean().default(false).meta({ description: 'On when the line is low.' }),
    })
    .prefault({});

/** `[gpio]` */
export const gpio = z
  .strictObject({
    backend: z
      .enum(['auto', 'chardev', 'onoff', 'sim', 'none'])
      .default('auto')
      .meta({ description: 'How to reach the lines; sim is for trying things out, none for no wiring.' }),
    button: z
      .strictObject({
        line: whole(0, 1023)
          .default(17)
          .meta({ description: 'GPIO number of the button (BCM, not the pin of the header).' }),
        active_low: z.boolean().default(true).meta({ description: 'Pressed when the line is low.' }),
        pull: z
          .enum(['up', 'down', 'none'])
          .default('up')
          .meta({ description: 'The resistor inside the chip.' }),
      })
      .prefault({}),
    led: output(27, 'the LED'),
    chime: output(22, 'the chime'),
  })
  .refine(
    ({ button, led, chime }) => distinct([button, led, chime].map((part?: { line?: unknown }) => part?.line)),
    contradiction('button, led and chime need a line each'),
  );

/** `[touch]` */
export const touch = z.strictObject({
  device: text(/^(?:auto|none|\/dev\/[A-Za-z0-9_.:/-]+)$/)
    .default('auto')
    .meta({ description: 'The touchscreen.', allowed: '"auto", "none" or "/dev/input/eventN"' }),
});
