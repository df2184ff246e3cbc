#!/usr/bin/env node
// Writes hw/lvgl/generated.ts: the types of LVGL's properties and the values of its constants, read from the
// sources and bindings of the very crate that the addon is built of. `--check` only says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';

const root = resolve(import.meta.dirname, '..');
const output = join(root, 'hw/lvgl/generated.ts');

/** Widgets that TypeScript can make (hw/src/lvgl/object.rs), each with the C class it is. */
const widgets = [
  'obj',
  'label',
  'button',
  'image',
  'bar',
  'slider',
  'switch',
  'checkbox',
  'arc',
  'spinner',
  'led',
  'roller',
  'textarea',
];

/** Constants: name here, the C enumeration, the prefix of its members that is left out. */
const enumerations = [
  ['Align', 'lv_align_t', 'LV_ALIGN_'],
  ['TextAlign', 'lv_text_align_t', 'LV_TEXT_ALIGN_'],
  ['TextDecor', 'lv_text_decor_t', 'LV_TEXT_DECOR_'],
  ['State', 'lv_state_t', 'LV_STATE_'],
  ['Part', 'lv_part_t', 'LV_PART_'],
  ['Layout', 'lv_layout_t', 'LV_LAYOUT_'],
  ['FlexFlow', 'lv_flex_flow_t', 'LV_FLEX_FLOW_'],
  ['FlexAlign', 'lv_flex_align_t', 'LV_FLEX_ALIGN_'],
  ['GradDir', 'lv_grad_dir_t', 'LV_GRAD_DIR_'],
  ['BlendMode', 'lv_blend_mode_t', 'LV_BLEND_MODE_'],
  ['BorderSide', 'lv_border_side_t', 'LV_BORDER_SIDE_'],
  ['Dir', 'lv_dir_t', 'LV_DIR_'],
  ['ScrollbarMode', 'lv_scrollbar_mode_t', 'LV_SCROLLBAR_MODE_'],
  ['ScrollSnap', 'lv_scroll_snap_t', 'LV_SCROLL_SNAP_'],
  ['LabelLongMode', 'lv_label_long_mode_t', 'LV_LABEL_LONG_MODE_'],
  ['ImageAlign', 'lv_image_align_t', 'LV_IMAGE_ALIGN_'],
  ['BarMode', 'lv_bar_mode_t', 'LV_BAR_MODE_'],
  ['SliderMode', 'lv_slider_mode_t', 'LV_SLIDER_MODE_'],
  ['ArcMode', 'lv_arc_mode_t', 'LV_ARC_MODE_'],
];

/** Events that the addon lets pass (hw/src/lvgl/event.rs): first and last of each run. */
const eventRuns = [
  ['PRESSED', 'HOVER_LEAVE'],
  ['VALUE_CHANGED', 'CANCEL'],
  ['DELETE', 'DELETE'],
];

/** Properties that the addon refuses (hw/src/lvgl/limits.rs): LVGL's own, or of use with a pointer only. */
const refused =
  /^(flag_layout_.|flag_widget_.|flag_send_draw_task_events|image_colorkey|grid_.*|rotary_sensitivity|transform_skew_.|base_dir|color_filter_opa)$/;

/** LV_PROPERTY_TYPE_*, by number: what TypeScript gives and gets. Pointers are none of its business. */
const types = { 1: 'number', 2: 'number', 3: 'Color', 7: 'string', 8: 'Obj', 10: 'Font', 11: 'boolean' };

function cargo(...args) {
  const options = { cwd: join(root, 'hw'), maxBuffer: 1 << 26, encoding: 'utf8' };
  return execFileSync('cargo', args, options);
}

function findSources() {
  // of this platform only: the crates for others are in the lock file, but were never fetched
  const host = /^host: (.+)$/m.exec(execFileSync('rustc', ['-vV'], { encoding: 'utf8' }))[1];
  const ours = ['--filter-platform', host, '--locked', '--offline'];
  const metadata = JSON.parse(cargo('metadata', '--format-version', '1', ...ours));
  const crate = metadata.packages.find((p) => p.name === 'lightvgl-sys');
  return { version: crate.version, folder: join(crate.manifest_path, '../vendor/lvgl/src') };
}

function findBindings() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, '.build/cargo');
  const builds = join(target, 'release/build');
  const found = (existsSync(builds) ? readdirSync(builds) : [])
    .map((name) => join(builds, name, 'out/bindings.rs'))
    .filter((path) => path.includes('/lightvgl-sys-') && existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!found[0]) throw new Error('LVGL was not built yet: run scripts/build-hw first');
  return readFileSync(found[0], 'utf8');
}

/** `ENUM` -> (`MEMBER` -> number), for all enumerations of the bindings. */
function parseEnumerations(bindings) {
  const all = new Map();
  for (const [, type, member, value] of bindings.matchAll(
    /pub const (_?lv_\w+?)_(LV_\w+): \1\s*=\s*(-?\d+);/g,
  )) {
    if (!all.has(type)) all.set(type, new Map());
    all.get(type).set(member, Number(value));
  }
  return all;
}

const camel = (name) => name.toLowerCase().replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());

/** `LV_PROPERTY_X_Y` -> its id, whose upper four bits are its type. */
function propertyIds(all) {
  const ids = new Map();
  for (const members of all.values())
    for (const [name, value] of members) if (name.startsWith('LV_PROPERTY_')) ids.set(name, value >>> 0);
  return ids;
}

/** A table of names in widgets/property: name -> `LV_PROPERTY_X_Y`. */
function propertyNames(folder, widget) {
  const path = join(folder, `widgets/property/lv_${widget}_properties.c`);
  if (!existsSync(path)) return [];
  return [...readFileSync(path, 'utf8').matchAll(/\{"(\w+)",\s*(LV_PROPERTY_\w+),\}/g)].map((m) => [
    m[1],
    m[2],
  ]);
}

function widgetSource(folder, widget) {
  return readFileSync(
    join(folder, widget === 'obj' ? 'core/lv_obj.c' : `widgets/${widget}/lv_${widget}.c`),
    'utf8',
  );
}

/** Which of a widget's properties can be set and read: the others have no function for it. */
function operations(source, ids) {
  const found = new Map();
  for (const [, id, rest] of source.matchAll(/\{\s*\.id = (LV_PROPERTY_\w+),([^}]*)\}/g))
    found.set(id, { set: /\.setter = lv_/.test(rest), get: /\.getter = lv_/.test(rest) });
  // Flags and states share one function each, for a whole range of ids.
  for (const id of ids.keys())
    if (/^LV_PROPERTY_OBJ_(FLAG|STATE)_/.test(id)) found.set(id, { set: true, get: true });
  return found;
}

function widgetProperties(source, folder, widget, ids) {
  const operation = operations(source, ids);
  return propertyNames(folder, widget).flatMap(([name, id]) => {
    const flag = /^(flag|state)_/.test(name);
    if (flag && /_(start|end|any)$/.test(name)) return []; // marks of ranges
    const type = flag ? 'boolean' : types[ids.get(id) >>> 28];
    const can = operation.get(id);
    if (refused.test(name) || !type || !can || (type === 'Obj' && name !== 'parent')) return [];
    if (id === 'LV_PROPERTY_SLIDER_RANGE') return []; // two values: min_value and max_value do it
    return [{ name, type, set: can.set, get: can.get && type !== 'Obj' }];
  });
}

function styleProperties(folder, ids) {
  const header = readFileSync(join(folder, 'core/lv_obj_style_gen.h'), 'utf8');
  const booleans = new Set([...header.matchAll(/inline bool lv_obj_get_style_(\w+)\(/g)].map((m) => m[1]));
  return propertyNames(folder, 'style').flatMap(([name, id]) => {
    const type = booleans.has(name) ? 'boolean' : types[ids.get(id) >>> 28];
    return type && !refused.test(name) ? [{ name, type, set: true, get: type !== 'Font' }] : [];
  });
}

const title = (widget) => widget[0].toUpperCase() + widget.slice(1);

function interfaceText(name, base, properties, doc) {
  const lines = properties.map((p) => `${p.name}?: ${p.type};`);
  const head = `/** ${doc} */\nexport `;
  if (lines.length === 0) return `${head}type ${name} = ${base};\n`;
  return `${head}interface ${name}${base ? ` extends ${base}` : ''} {\n${lines.join('\n')}\n}\n`;
}

/** The chain of classes from a widget up to `obj`. */
function lineage(sources, widget) {
  const [, base] =
    new RegExp(`lv_${widget}_class\\s*= \\{[^;]*?\\.base_class = &lv_(\\w+)_class`).exec(sources(widget)) ??
    [];
  return base && widget !== 'obj' ? [widget, ...lineage(sources, base)] : [widget];
}

function constantText(name, members, doc) {
  const lines = members.map(([k, v]) => `${k}: ${v},`);
  return `/** ${doc} */\nexport const ${name} = {\n${lines.join('\n')}\n} as const;\n`;
}

function generate() {
  const { version, folder } = findSources();
  const all = parseEnumerations(findBindings());
  const ids = propertyIds(all);
  const sources = (widget) => widgetSource(folder, widget);
  const styles = styleProperties(folder, ids);
  const parts = [
    `// Generated by scripts/generate-lvgl-types.js from lightvgl-sys ${version}: do not edit.`,
    `import type { Font } from './font.js';\nimport type { Obj } from './obj.js';\n`,
    `/** 0xRRGGBB. */\nexport type Color = number;\n`,
    interfaceText(
      'StyleProps',
      '',
      styles,
      'Styles: of any object, for a part and a state of it. Lengths in px or `pct()`, opacities 0 to 255.',
    ),
  ];
  const readOnly = [];
  const writeOnly = new Set(styles.filter((p) => !p.get).map((p) => p.name));
  for (const widget of widgets) {
    const [, base] = lineage(sources, widget);
    const own = widgetProperties(sources(widget), folder, widget, ids);
    const inherited = base ? `${title(base)}Props` : 'StyleProps';
    // LVGL looks in the widget first: where a style has the same name and another type, the widget's counts.
    const clashes = own.filter((p) => styles.some((s) => s.name === p.name && s.type !== p.type));
    const from = clashes.length
      ? `Omit<${inherited}, ${clashes.map((p) => `'${p.name}'`).join(' | ')}>`
      : inherited;
    parts.push(
      interfaceText(
        `${title(widget)}Props`,
        from,
        own.filter((p) => p.set),
        `What \`${widget}\` takes.`,
      ),
    );
    for (const p of own) if (!p.get && !styles.some((style) => style.name === p.name)) writeOnly.add(p.name);
    const fixed = own.filter((p) => p.get && !p.set).map((p) => `${p.name}: ${p.type};`);
    readOnly.push(
      `${widget}: ${[base ? `ReadOnlyByKind['${base}']` : '', fixed.length ? `{ ${fixed.join(' ')} }` : ''].filter(Boolean).join(' & ')};`,
    );
  }
  const byKind = widgets.map((w) => `${w}: ${title(w)}Props;`);
  parts.push(
    `/** Which properties each widget takes. */\nexport interface PropsByKind {\n${byKind.join('\n')}\n}\n`,
    `/** What can be read only. */\nexport interface ReadOnlyByKind {\n${readOnly.join('\n')}\n}\n`,
    `/** What can be set, but not read. */\nexport type WriteOnly = ${[...writeOnly].map((name) => `'${name}'`).join(' | ')};\n`,
    `/** The widgets. */\nexport type Kind = keyof PropsByKind;\n`,
  );
  const events = [...all.get('lv_event_code_t')];
  const at = (name) => events.findIndex(([member]) => member === `LV_EVENT_${name}`);
  const allowed = eventRuns
    .flatMap(([first, last]) => events.slice(at(first), at(last) + 1))
    .filter(([member]) => member !== 'LV_EVENT_HIT_TEST')
    .map(([member, value]) => [member.slice('LV_EVENT_'.length).toLowerCase(), value]);
  parts.push(
    constantText('eventCodes', allowed, "Events, by LVGL's own names."),
    `/** What an object can be listened to for. */\nexport type EventName = keyof typeof eventCodes;\n`,
  );
  for (const [name, type, prefix] of enumerations) {
    const members = [...(all.get(type) ?? [])]
      .filter(([member]) => member.startsWith(prefix) && !/_(LAST|NUM)$/.test(member))
      .map(([member, value]) => [camel(member.slice(prefix.length)), value]);
    if (members.length === 0) throw new Error(`no ${type} in the bindings`);
    parts.push(constantText(name, members, `\`${type}\`.`));
  }
  return parts.join('\n');
}

const options = { ...(await resolveConfig(output)), parser: 'typescript' };
const text = await format(generate(), options);
const upToDate = existsSync(output) && readFileSync(output, 'utf8') === text;
if (process.argv.includes('--check')) {
  if (!upToDate) {
    console.error('hw/lvgl/generated.ts is stale: run scripts/generate-lvgl-types.js');
    process.exitCode = 1;
  }
} else if (!upToDate) {
  writeFileSync(output, text);
  console.log('written: hw/lvgl/generated.ts');
}
