import assert from 'node:assert/strict';
import { checkSettings } from '../../src/config/check.js';
import { generateDefaults } from '../../src/config/generate.js';
import { jsonSchema, type SettingSchema } from '../../src/config/reference.js';

const settingsOf = (text: string) => checkSettings(text, 'panel.toml', { needsPassword: true }).settings;
const MINIMAL =
  '[sip]\nserver = "sip.bas-ip.com"\nlogin = "12345"\npassword_file = "/etc/kalitka/password"\n';

describe('The generated panel.toml', () => {
  it('passes the check and means the same as the defaults', () => {
    assert.deepEqual(settingsOf(generateDefaults()), settingsOf(MINIMAL));
  });

  it('states the true defaults: with every one of them written out nothing changes', () => {
    const optional = /^#(password|ca_file|fingerprint|file|dial) = /;
    const text = generateDefaults()
      .split('\n')
      .map((line) => (/^#\w+ = /.test(line) && !optional.test(line) ? line.slice(1) : line))
      .join('\n');
    assert.deepEqual(settingsOf(text), settingsOf(MINIMAL));
  });

  it('shows examples that pass the check', () => {
    const text = generateDefaults()
      .replace(/^#(ca_file|fingerprint|file|dial) = /gm, '$1 = ')
      .replace('#driver = "drm"', 'driver = "memory"');
    const { display, sip, door } = settingsOf(text);
    assert.equal(display.file, '/run/kalitka/screen.bgrx');
    assert.equal(sip.tls.ca_file, '/etc/kalitka/ca.pem');
    assert.equal(door.locks[0]?.dial, 'sip:192.168.1.50');
  });

  it('explains every setting', () => {
    const text = generateDefaults();
    const walk = (schema: SettingSchema, path: string): void => {
      for (const [key, setting] of Object.entries(schema.properties ?? {})) {
        const table = setting.properties ?? setting.items?.properties;
        if (!table) assert.ok(setting.description, `${path}${key} has no description`);
        if (!table) assert.match(text, new RegExp(`^#?${key} = (?!undefined)`, 'm'));
        walk(setting.items ?? setting, `${path}${key}.`);
      }
    };
    walk(jsonSchema(), '');
  });
});
