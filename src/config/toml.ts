// TOML text to values, and the line on which each of them stands.
import { ParseError, parseTOML, type AST } from 'toml-eslint-parser';

/** Keys and list positions from the top down: `['door', 'locks', 0, 'code']`. */
export type Path = readonly (string | number)[];

/** What a file says. */
export interface Document {
  /** Tables as plain objects, lists as arrays, dates as `Date`. */
  value: Record<string, unknown>;
  /** The line (from 1) of a setting, or where it is not there, of the table it belongs to. */
  lineOf(path: Path): number;
}

/** Text that is no TOML. */
export class TomlError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** `door.locks[0].code` */
export function keyText(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i ? `.${part}` : part)).join('');
}

/**
 * Reads TOML 1.0.
 * @throws TomlError with the first line that makes no sense
 */
export function readToml(text: string): Document {
  try {
    const lines = new Map<string, number>();
    const top = parseTOML(text).body[0];
    const value = table();
    for (const node of top.body) {
      if (node.type === 'TOMLKeyValue') {
        setKeyValue(value, [], node, lines);
      } else {
        const path = node.resolvedKey;
        for (let i = 1; i <= Math.min(path.length, DEEPEST); i++) note(lines, path.slice(0, i), node);
        const target = descend(value, path);
        for (const entry of node.body) setKeyValue(target, path, entry, lines);
      }
    }
    return { value, lineOf: (path) => lineOf(lines, path) };
  } catch (error) {
    if (error instanceof ParseError) throw new TomlError(error.lineNumber, explain(error));
    // a stack that overflows on thousands of brackets
    if (error instanceof RangeError) throw new TomlError(1, 'nested too deeply');
    throw error;
  }
}

/** The parser's words, and what mends the most usual mistakes. Its messages quote nothing of the file. */
function explain(error: ParseError): string {
  const where = `not TOML at column ${error.column + 1}: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
  const quotes = ['Unexpected', 'Leading zeros', 'Must be a newline', 'Unspecified values'];
  return quotes.some((start) => error.message.startsWith(start)) ? `${where} (is text in quotes?)` : where;
}

type Table = Record<string, unknown>;

function table(): Table {
  return {};
}

/** Sets a key of any name: `__proto__` too is only a name here. */
function define(target: object, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function own(target: object, key: string | number): unknown {
  return Object.getOwnPropertyDescriptor(target, key)?.value;
}

/** The table at `path`, made where it is not there yet. */
function descend(root: object, path: Path): object {
  let here = root;
  path.forEach((key, i) => {
    let next = own(here, key);
    if (typeof next !== 'object' || next === null) {
      next = typeof path[i + 1] === 'number' ? [] : table();
      define(here, key, next);
    }
    here = next as object;
  });
  return here;
}

function setKeyValue(target: object, base: Path, node: AST.TOMLKeyValue, lines: Map<string, number>): void {
  const keys = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...base, ...keys];
  for (let i = base.length + 1; i <= Math.min(path.length, DEEPEST); i++) note(lines, path.slice(0, i), node);
  const last = keys.at(-1) ?? '';
  define(descend(target, keys.slice(0, -1)), last, valueOf(node.value, path, lines));
}

function valueOf(node: AST.TOMLContentNode, path: Path, lines: Map<string, number>): unknown {
  switch (node.type) {
    case 'TOMLValue':
      return node.value;
    case 'TOMLArray':
      return node.elements.map((element, i) => {
        note(lines, [...path, i], element);
        return valueOf(element, [...path, i], lines);
      });
    case 'TOMLInlineTable': {
      const value = table();
      for (const entry of node.body) setKeyValue(value, path, entry, lines);
      return value;
    }
  }
}

/** Below this depth no setting is known: its line is that of what is above it. */
const DEEPEST = 8;

function note(lines: Map<string, number>, path: Path, node: AST.TOMLNode): void {
  if (path.length > DEEPEST) return;
  const key = JSON.stringify(path);
  if (!lines.has(key)) lines.set(key, node.loc.start.line);
}

function lineOf(lines: Map<string, number>, path: Path): number {
  for (let length = Math.min(path.length, DEEPEST); length > 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}
