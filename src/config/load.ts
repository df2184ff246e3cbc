// The configuration from the disk: the file itself, and the password from wherever it is kept.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorText } from '../system/errors.js';
import { Secret } from '../system/secret.js';
import { checkSettings, ConfigError } from './check.js';
import type { Config, Settings } from './schema.js';
import type { Path } from './toml.js';

/** The systemd credential that may hold the password (systemd.exec(5), LoadCredential=). */
const CREDENTIAL = 'kalitka-password';

const MAX_CONFIG_BYTES = 256 * 1024;
const MAX_PASSWORD_BYTES = 1024;

/** The settings of a file, without the password. */
export interface LoadedSettings {
  settings: Settings;
  file: string;
  /** `FILE:LINE: KEY`, the beginning of a message about a setting. */
  where: (path: Path) => string;
}

export interface LoadedConfig {
  config: Config;
  /** Things that work but should be mended, one line each. */
  warnings: readonly string[];
  where: (path: Path) => string;
}

/**
 * Reads a configuration file, all but the password kept elsewhere.
 * @throws ConfigError `CONFIG_NOT_FOUND` | `CONFIG_NO_PERMISSION` | `CONFIG_INVALID`
 */
export function loadSettings(file: string): Promise<LoadedSettings> {
  return readSettings(file, false);
}

async function readSettings(
  file: string,
  needsPassword: boolean,
): Promise<LoadedSettings & { mode: number }> {
  const hint = `; a new one: kalitka check --defaults > ${file}`;
  const { bytes, mode } = await readFileBounded(file, '', MAX_CONFIG_BYTES, hint);
  return { ...checkSettings(decode(bytes, file), file, { needsPassword }), file, mode };
}

/**
 * Reads a configuration file and the password.
 * @param env where `CREDENTIALS_DIRECTORY` is looked for
 * @throws ConfigError `CONFIG_NOT_FOUND` | `CONFIG_NO_PERMISSION` | `CONFIG_INVALID`
 */
export async function loadConfig(file: string, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const directory = env.CREDENTIALS_DIRECTORY;
  const credential = directory ? await readCredential(`${directory}/${CREDENTIAL}`) : null;
  const { settings, where, mode } = await readSettings(file, credential === null);
  const { password: inline, password_file, ...sip } = settings.sip;
  const done = (password: Secret, warnings: string[] = []): LoadedConfig => ({
    config: { ...settings, sip: { ...sip, password } },
    warnings,
    where,
  });

  if (credential) {
    const other = inline ? 'password' : password_file === undefined ? null : 'password_file';
    if (other === null) return done(credential);
    throw new ConfigError('CONFIG_INVALID', [
      `${where(['sip', other])}: the systemd credential ${CREDENTIAL} holds a password too; remove one of them`,
    ]);
  }
  if (inline) return done(inline, mode & 0o004 ? [`${where(['sip', 'password'])}: ${openToAll(file)}`] : []);
  const key = where(['sip', 'password_file']);
  // checkSettings has seen to it that one of the three is there
  const passwordFile = password_file ?? '';
  const found = await readFileBounded(passwordFile, `${key}: `, MAX_PASSWORD_BYTES);
  const password = passwordIn(found.bytes, `${key}: ${passwordFile}`);
  return done(password, found.mode & 0o004 ? [`${key}: ${openToAll(passwordFile)}`] : []);
}

function openToAll(file: string): string {
  return `everybody on this machine can read the password in ${file}: chmod o-r ${file}`;
}

async function readCredential(file: string): Promise<Secret | null> {
  try {
    const { bytes } = await readFileBounded(file, '', MAX_PASSWORD_BYTES);
    return passwordIn(bytes, file);
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'CONFIG_NOT_FOUND') return null;
    throw error;
  }
}

/** One line of text; the line's end is not part of it. */
function passwordIn(bytes: Buffer, place: string): Secret {
  const text = decode(bytes, place).replace(/\r?\n$/, '');
  const wrong = (what: string): ConfigError =>
    new ConfigError('CONFIG_INVALID', [
      `${place}: ${what}; it must hold the password on one line and nothing else`,
    ]);
  if (text === '') throw wrong('is empty');
  if (/[\x00-\x1f\x7f]/.test(text)) throw wrong('has more than one line, or control characters');
  return new Secret(text);
}

/** UTF-8, with or without a byte order mark. */
function decode(bytes: Buffer, place: string): string {
  const wrong = (what: string): ConfigError =>
    new ConfigError('CONFIG_INVALID', [`${place}: ${what}; save it as UTF-8 text`]);
  if (bytes.includes(0)) throw wrong('holds zero bytes: it is not text, or UTF-16');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wrong('is not UTF-8');
  }
}

/** Reads a regular file; whatever is wrong with it becomes one line that begins with `prefix`. */
async function readFileBounded(
  file: string,
  prefix: string,
  limit: number,
  hint = '',
): Promise<{ bytes: Buffer; mode: number }> {
  try {
    // not blocking: a FIFO would wait for its writer
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) {
        const what = stat.isDirectory() ? 'is a folder' : 'is not a file';
        throw new ConfigError(prefix ? 'CONFIG_INVALID' : 'CONFIG_NOT_FOUND', [`${prefix}${file}: ${what}`]);
      }
      const buffer = Buffer.alloc(limit + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length > limit) break;
      }
      if (length > limit) {
        throw new ConfigError('CONFIG_INVALID', [`${prefix}${file}: is larger than ${limit} bytes`]);
      }
      return { bytes: buffer.subarray(0, length), mode: stat.mode };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw fileError(file, prefix, cause, hint);
  }
}

function fileError(file: string, prefix: string, cause: unknown, hint: string): ConfigError {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ConfigError(
        prefix ? 'CONFIG_INVALID' : 'CONFIG_NOT_FOUND',
        [`${prefix}${file}: no such file${hint}`],
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new ConfigError('CONFIG_NO_PERMISSION', [`${prefix}${file}: this user may not read it`], {
        cause,
      });
    default:
      return new ConfigError('CONFIG_NOT_FOUND', [`${prefix}${file}: cannot be read: ${errorText(cause)}`], {
        cause,
      });
  }
}
