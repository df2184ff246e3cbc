// What the schema says of each setting, in plain data: for messages about mistakes and for the documentation.
import { z } from 'zod';
import { settingsSchema } from './schema.js';
import { keyText, type Path } from './toml.js';

/** The part of JSON Schema (2020-12) that our schema comes out as, with our own `allowed` and `secret`. */
export interface SettingSchema {
  type?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  items?: SettingSchema;
  properties?: Record<string, SettingSchema>;
  required?: string[];
  allowed?: string;
  secret?: true;
}

/** The configuration as JSON Schema, for editors that complete and check TOML. */
export function jsonSchema(): SettingSchema {
  return z.toJSONSchema(settingsSchema, { io: 'input' }) as SettingSchema;
}

/** What the schema says at `path`; undefined where it knows no such key. */
export function at(schema: SettingSchema, path: Path): SettingSchema | undefined {
  let here: SettingSchema | undefined = schema;
  for (const key of path) {
    if (typeof key === 'number') here = here?.items;
    else here = here?.properties && Object.hasOwn(here.properties, key) ? here.properties[key] : undefined;
  }
  return here;
}

/** What fits, in words: `"udp", "tcp" or "tls"`. */
export function allowedText(schema: SettingSchema): string {
  if (schema.allowed) return schema.allowed;
  if (schema.enum) return either(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'integer')
    return `a whole number from ${schema.minimum ?? 0} to ${schema.maximum ?? ''}`;
  if (schema.type === 'array') return 'a list';
  if (schema.properties) return `a table with ${Object.keys(schema.properties).join(', ')}`;
  return 'text in quotes';
}

/** The tables that know a key of this name, as `[sip]`. */
export function tablesWith(schema: SettingSchema, key: string, path: Path = []): string[] {
  const found: string[] = [];
  const { properties } = schema;
  if (properties && Object.hasOwn(properties, key)) {
    const name = keyText(path.filter((part) => typeof part === 'string'));
    found.push(path.includes(0) ? `[[${name}]]` : name ? `[${name}]` : 'the top of the file');
  }
  for (const [name, inner] of Object.entries(properties ?? {}))
    found.push(...tablesWith(inner, key, [...path, name]));
  if (schema.items) found.push(...tablesWith(schema.items, key, [...path, 0]));
  return found;
}

function either(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
