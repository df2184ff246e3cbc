// Checks a file's text against the schema: either settings, or every mistake at once, a line each.
import type { z } from 'zod';
import { KalitkaError } from '../system/errors.js';
import { allowedText, at, jsonSchema, tablesWith, type SettingSchema } from './reference.js';
import { settingsSchema, type Settings } from './schema.js';
import { suggest } from './suggest.js';
import { keyText, readToml, TomlError, type Document, type Path } from './toml.js';

/** A configuration that cannot be used. */
export class ConfigError extends KalitkaError {
  /**
   * @param code `CONFIG_INVALID` what the file says; `CONFIG_NOT_FOUND`, `CONFIG_NO_PERMISSION` the file itself
   * @param problems one line each, each with file and, where there is one, line number
   */
  constructor(
    code: 'CONFIG_INVALID' | 'CONFIG_NOT_FOUND' | 'CONFIG_NO_PERMISSION',
    readonly problems: readonly string[],
    options?: { cause?: unknown },
  ) {
    super(code, problems.join('\n'), options);
  }
}

/** Settings, and where in the file each of them stands. */
export interface CheckedSettings {
  settings: Settings;
  /** `FILE:LINE: KEY`, the beginning of a message about a setting. */
  where: (path: Path) => string;
}

/**
 * Reads and checks a configuration.
 * @param text the file's contents
 * @param file its name, for messages
 * @param options.needsPassword a file that names no password is a mistake
 * @throws ConfigError `CONFIG_INVALID`
 */
export function checkSettings(
  text: string,
  file: string,
  options: { needsPassword: boolean },
): CheckedSettings {
  let document: Document;
  try {
    document = readToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new ConfigError('CONFIG_INVALID', [`${file}:${error.line}: ${error.message}`]);
  }
  const where = (path: Path): string => `${file}:${document.lineOf(path)}: ${keyText(path)}`;
  const result = settingsSchema.safeParse(document.value);
  const noPassword = options.needsPassword && !hasPassword(document.value);
  if (result.success && !noPassword) return { settings: result.data, where };

  const schema = jsonSchema();
  const problems = (result.error?.issues ?? [])
    .flatMap((issue) => describe(issue, schema, document))
    .concat(noPassword ? [{ path: ['sip', 'password'], text: NO_PASSWORD }] : [])
    .map(({ path, text }) => ({ line: document.lineOf(path), text: `${where(path)}: ${text}` }))
    .sort((a, b) => a.line - b.line)
    .map((problem) => problem.text);
  throw new ConfigError('CONFIG_INVALID', problems);
}

const NO_PASSWORD =
  'missing; needed: password_file = "/etc/kalitka/password", or password, or the systemd credential kalitka-password';

function hasPassword(document: unknown): boolean {
  return ['password', 'password_file'].some((key) => valueAt(document, ['sip', key]) !== undefined);
}

type Issue = z.core.$ZodIssue;

interface Problem {
  path: Path;
  text: string;
}

function describe(issue: Issue, schema: SettingSchema, document: Document): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(key, path, schema) }));
  }
  if (issue.code === 'custom' && issue.params?.rule === true) return [{ path, text: issue.message }];
  const here = at(schema, path) ?? {};
  const value = valueAt(document.value, path);
  const text =
    value === undefined
      ? `missing; needed: ${allowedText(here)}`
      : `found ${foundText(value, here)}; allowed: ${allowedText(here)}`;
  return [{ path, text }];
}

function unknownKey(key: string, path: Path, schema: SettingSchema): string {
  const known = Object.keys(at(schema, path)?.properties ?? {});
  const guess = suggest(key, known);
  const elsewhere = guess === null ? tablesWith(schema, key) : [];
  const hint =
    guess !== null
      ? `; did you mean "${guess}"?`
      : elsewhere.length > 0
        ? `; it belongs to ${elsewhere.join(' or ')}.`
        : '.';
  return `unknown key${hint} Allowed: ${known.join(', ')}`;
}

function valueAt(root: unknown, path: Path): unknown {
  let here = root;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return here;
}

/** What stands in the file, short and without control characters; only its kind where it may be a secret. */
function foundText(value: unknown, schema: SettingSchema): string {
  const kind = kindOf(value);
  // text in place of a table may be anything, a password too
  const hidden = schema.secret === true || schema.properties !== undefined || typeof value === 'object';
  if (hidden) return typeof value === 'string' && value === '' ? 'empty text' : kind;
  const shown = JSON.stringify(value);
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
  return typeof value === 'number' ? `the number ${value}` : short;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object') return 'a table';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'a number';
}
