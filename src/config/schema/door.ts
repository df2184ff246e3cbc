// The section [door]: what opens it.
import { z } from 'zod';
import * as syntax from '../syntax.js';
import { contradiction, distinct, text, whole } from './kit.js';

const lock = z.strictObject({
  name: text(/^\P{C}{1,40}$/u).meta({
    description: 'Its name on the screen.',
    allowed: 'up to 40 characters',
    examples: ['Gate'],
  }),
  code: text(syntax.lockCode)
    .default('#')
    .meta({ description: 'What opens it.', allowed: '1 to 4 of 0-9, *, #, A-D in quotes, such as "#"' }),
  mode: z
    .enum(['auto', 'rfc4733', 'info', 'inband', 'rfc4733+info'])
    .default('auto')
    .meta({ description: 'How the code travels. auto: RFC 4733 where negotiated, otherwise SIP INFO.' }),
  dial: text(syntax.dialTarget)
    .optional()
    .meta({
      description: 'Whom to call for opening it while nobody is at the door. Left out: nobody.',
      allowed: 'a number at the server or an address, such as "2001" or "sip:192.168.1.50"',
      examples: ['sip:192.168.1.50'],
    }),
});

/** `[door]` */
export const door = z
  .strictObject({
    hangup_after: whole(0, 60)
      .default(5)
      .meta({ description: 'After opening without anybody talking: seconds until the call ends.' }),
    digit_ms: whole(40, 2000).default(160).meta({ description: 'How long each digit of a code lasts, ms.' }),
    gap_ms: whole(30, 2000)
      .default(100)
      .meta({ description: 'The silence between two digits, ms. Some stations need 500.' }),
    locks: z
      .array(lock)
      .min(1)
      .max(4)
      .default([{ name: 'Gate', code: '#', mode: 'auto' }])
      .meta({
        description: 'The locks; the physical button opens the first one.',
        allowed: 'one to four [[door.locks]]',
      }),
  })
  .refine(
    ({ locks }) => distinct(Array.isArray(locks) ? locks.map((each?: { name?: unknown }) => each?.name) : []),
    {
      path: ['locks'],
      ...contradiction('each lock needs a name of its own'),
    },
  );
