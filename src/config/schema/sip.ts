// The section [sip]: the account, and how its server is reached.
import { z } from 'zod';
import { Secret } from '../../system/secret.js';
import * as syntax from '../syntax.js';
import { contradiction, PATH, path, text, whole } from './kit.js';

/** `[sip]`, without the password where that is kept elsewhere. */
export const sip = z
  .strictObject({
    server: z
      .string()
      .refine((value) => syntax.parseServer(value) !== null)
      .meta({
        description: 'The SIP server (registrar) of the account.',
        allowed: 'a host or host:port without "sip:"; IPv6 in brackets, "[2001:db8::1]:5060"',
        examples: ['sip.bas-ip.com'],
      })
      .transform((value): syntax.ServerAddress => syntax.parseServer(value) ?? { host: value, port: null }),
    transport: z.enum(['udp', 'tcp', 'tls']).default('udp').meta({ description: 'How to reach the server.' }),
    login: text(syntax.sipUser).meta({
      description: 'The user part of the SIP account; with BAS-IP five digits.',
      allowed: 'a SIP user name in quotes, such as "12345"',
      examples: ['12345'],
    }),
    password: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'The password of the account. Better kept out of this file: see password_file, or the systemd credential kalitka-password.',
        allowed: 'text in quotes, not empty',
        secret: true,
        examples: ['6789'],
      })
      .transform((value) => (value === undefined ? undefined : new Secret(value))),
    password_file: path()
      .optional()
      .meta({
        description: 'A file that holds the password and nothing else, readable by the panel only.',
        allowed: PATH,
        secret: true,
        examples: ['/etc/kalitka/password'],
      }),
    register_interval: whole(30, 3600)
      .default(300)
      .meta({ description: 'How long a registration is asked for, s. The server may shorten it.' }),
    allow: z
      .array(
        z
          .string()
          .refine(syntax.isCidr)
          .meta({ allowed: 'an address or CIDR range, such as "192.168.1.0/24"' }),
      )
      .max(64)
      .default([])
      .meta({
        description: 'Who may send requests besides the server itself, as addresses or CIDR ranges.',
        allowed: 'a list such as ["192.168.1.0/24", "10.0.0.5"]',
      }),
    user_agent: text(/^[\x20-\x7e]{1,128}$/)
      .default('Kalitka/1.0')
      .meta({ description: 'What the panel calls itself.', allowed: 'up to 128 ASCII characters' }),
    tls: z
      .strictObject({
        ca_file: path()
          .optional()
          .meta({
            description: 'Certificates (PEM) to trust instead of those of Node.',
            allowed: PATH,
            examples: ['/etc/kalitka/ca.pem'],
          }),
        fingerprint: text(syntax.fingerprint)
          .optional()
          .meta({
            description: 'SHA-256 fingerprint of the one certificate to trust.',
            allowed: '32 bytes in hexadecimal, with or without colons',
            examples: [
              '13:5C:A5:EE:37:80:C9:12:5B:A4:ED:36:7F:C8:11:5A:A3:EC:35:7E:C7:10:59:A2:EB:34:7D:C6:0F:58:A1:EA',
            ],
          }),
        insecure: z
          .boolean()
          .default(false)
          .meta({ description: 'Trusts any certificate. For trying things out only.' }),
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
