// A new panel.toml from the schema: every setting with its meaning, what it may be, and its default.
import { allowedText, jsonSchema, type SettingSchema } from './reference.js';

/** The width of comments, characters. */
const WIDTH = 100;

/** A whole configuration that passes the check once it has an account; what has a default is commented out. */
export function generateDefaults(): string {
  const intro = [
    '# Kalitka: the panel of a video door intercom. Check it with "kalitka check".',
    '# "#name = value" is a default, or an example of what may be given: take the # away to change it.',
  ];
  return `${[...intro, ...tableLines(jsonSchema(), [])].join('\n')}\n`;
}

function tableLines(schema: SettingSchema, path: readonly string[]): string[] {
  const lines: string[] = [];
  const inner: [string, SettingSchema][] = [];
  for (const [key, setting] of Object.entries(schema.properties ?? {})) {
    if (setting.properties || setting.items?.properties) inner.push([key, setting]);
    else lines.push('', ...settingLines(key, setting, schema));
  }
  for (const [key, setting] of inner) {
    const name = [...path, key].join('.');
    const list = setting.items !== undefined;
    lines.push('', ...comment(setting.description ?? ''), list ? `[[${name}]]` : `[${name}]`);
    lines.push(...tableLines(list ? (setting.items ?? {}) : setting, [...path, key]));
  }
  return lines;
}

function settingLines(key: string, setting: SettingSchema, table: SettingSchema): string[] {
  const value = setting.default ?? setting.examples?.[0];
  // the password has to come from somewhere: the file is the better place
  const active = (table.required ?? []).includes(key) || key === 'password_file';
  const line = `${key} = ${JSON.stringify(value)}`;
  return [
    ...comment(`${setting.description ?? ''} Allowed: ${allowedText(setting)}`),
    active ? line : `#${line}`,
  ];
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter(Boolean)) {
    if (line.length + word.length + 3 > WIDTH) {
      lines.push(`# ${line.trim()}`);
      line = '';
    }
    line += ` ${word}`;
  }
  return line ? [...lines, `# ${line.trim()}`] : lines;
}
