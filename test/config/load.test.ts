import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { ConfigError } from '../../src/config/check.js';
import { loadConfig, loadSettings, type LoadedConfig } from '../../src/config/load.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PASSWORD = 's3cret-6789';

describe('Loading the configuration', () => {
  const path = temporaryFolder();
  const file = (): string => path('panel.toml');
  const sip = (rest = ''): string => `[sip]\nserver = "sip.example.org"\nlogin = "12345"\n${rest}`;

  async function write(contents: string | Buffer, mode = 0o600): Promise<string> {
    await writeFile(file(), contents);
    await chmod(file(), mode);
    return file();
  }

  async function failure(loading: Promise<unknown>): Promise<{ code: string; lines: string[] }> {
    try {
      await loading;
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      assert.doesNotMatch(inspect(error, { depth: 10 }), new RegExp(PASSWORD));
      return { code: error.code, lines: error.problems.map((line) => line.replaceAll(path(), '~')) };
    }
    return assert.fail('was loaded');
  }

  async function withPasswordFile(contents: string | Buffer, mode = 0o600): Promise<LoadedConfig> {
    await writeFile(path('password'), contents);
    await chmod(path('password'), mode);
    return loadConfig(await write(sip(`password_file = "${path('password')}"\n`)), {});
  }

  it('takes the password from the file itself, and prints it nowhere', async () => {
    const { config, warnings } = await loadConfig(await write(sip(`password = "${PASSWORD}"\n`)), {});
    assert.equal(config.sip.password.reveal(), PASSWORD);
    assert.deepEqual(warnings, []);
    for (const text of [
      JSON.stringify(config),
      inspect(config, { depth: 10, showHidden: true }),
      config.sip.password.toString(),
    ]) {
      assert.doesNotMatch(text, new RegExp(PASSWORD));
      assert.match(text, /\*\*\*/);
    }
  });

  it('takes it from a file of its own, with or without an end of line', async () => {
    for (const contents of [PASSWORD, `${PASSWORD}\n`, `${PASSWORD}\r\n`]) {
      const { config, warnings } = await withPasswordFile(contents);
      assert.equal(config.sip.password.reveal(), PASSWORD);
      assert.deepEqual(warnings, []);
    }
    assert.equal(
      (await withPasswordFile('пароль с пробелом\n')).config.sip.password.reveal(),
      'пароль с пробелом',
    );
  });

  it('takes it from a systemd credential', async () => {
    await writeFile(path('kalitka-password'), `${PASSWORD}\n`);
    const { config } = await loadConfig(await write(sip()), { CREDENTIALS_DIRECTORY: path() });
    assert.equal(config.sip.password.reveal(), PASSWORD);
  });

  it('warns where everybody can read it', async () => {
    const mine = (warnings: readonly string[]): string[] =>
      warnings.map((line) => line.replaceAll(path(), '~'));
    assert.deepEqual(mine((await withPasswordFile(PASSWORD, 0o644)).warnings), [
      '~/panel.toml:4: sip.password_file: everybody on this machine can read the password in ~/password: chmod o-r ~/password',
    ]);
    const inline = await loadConfig(await write(sip(`password = "${PASSWORD}"`), 0o644), {});
    assert.deepEqual(mine(inline.warnings), [
      '~/panel.toml:4: sip.password: everybody on this machine can read the password in ~/panel.toml: chmod o-r ~/panel.toml',
    ]);
  });

  it('tells of a password file that is of no use', async () => {
    const PLACE = '~/panel.toml:4: sip.password_file: ~/password:';
    const ONE = 'it must hold the password on one line and nothing else';
    const table: [string | Buffer, string][] = [
      ['', `${PLACE} is empty; ${ONE}`],
      ['\n', `${PLACE} is empty; ${ONE}`],
      [`${PASSWORD}\nsecond\n`, `${PLACE} has more than one line, or control characters; ${ONE}`],
      [
        Buffer.from(PASSWORD, 'utf16le'),
        `${PLACE} holds zero bytes: it is not text, or UTF-16; save it as UTF-8 text`,
      ],
      [Buffer.from([0x70, 0xff]), `${PLACE} is not UTF-8; save it as UTF-8 text`],
      ['x'.repeat(1025), `${PLACE} is larger than 1024 bytes`],
    ];
    for (const [contents, line] of table) {
      assert.deepEqual(await failure(withPasswordFile(contents)), { code: 'CONFIG_INVALID', lines: [line] });
    }
    await write(sip(`password_file = "${path('nowhere')}"\n`));
    assert.deepEqual(await failure(loadConfig(file(), {})), {
      code: 'CONFIG_INVALID',
      lines: ['~/panel.toml:4: sip.password_file: ~/nowhere: no such file'],
    });
    await write(sip(`password_file = "${path()}"\n`));
    assert.deepEqual((await failure(loadConfig(file(), {}))).lines, [
      '~/panel.toml:4: sip.password_file: ~: is a folder',
    ]);
  });

  it('wants exactly one password', async () => {
    await writeFile(path('kalitka-password'), PASSWORD);
    await write(sip('password = "other"\n'));
    assert.deepEqual(await failure(loadConfig(file(), { CREDENTIALS_DIRECTORY: path() })), {
      code: 'CONFIG_INVALID',
      lines: [
        '~/panel.toml:4: sip.password: the systemd credential kalitka-password holds a password too; remove one of them',
      ],
    });
    await write(sip());
    assert.deepEqual((await failure(loadConfig(file(), { CREDENTIALS_DIRECTORY: path('none') }))).lines, [
      '~/panel.toml:1: sip.password: missing; needed: password_file = "/etc/kalitka/password", or password, or the systemd credential kalitka-password',
    ]);
  });

  it('gives the settings without the password to whoever needs only them', async () => {
    await write(sip(`password_file = "${path('nowhere')}"\n[control]\nsocket = "/tmp/x.sock"`));
    assert.equal((await loadSettings(file())).settings.control.socket, '/tmp/x.sock');
  });

  it('tells of a file that cannot be read, one line each', async () => {
    const invalid = (line: string) => ({ code: 'CONFIG_INVALID', lines: [line] });
    const missing = (line: string) => ({ code: 'CONFIG_NOT_FOUND', lines: [line] });
    const load = (contents: string | Buffer) => failure(write(contents).then(() => loadConfig(file(), {})));
    assert.deepEqual(
      await failure(loadConfig(path('none.toml'), {})),
      missing('~/none.toml: no such file; a new one: kalitka check --defaults > ~/none.toml'),
    );
    assert.deepEqual(await failure(loadConfig(path(), {})), missing('~: is a folder'));
    assert.deepEqual(await failure(loadConfig('/dev/zero', {})), missing('/dev/zero: is not a file'));
    execFileSync('mkfifo', [path('fifo')]);
    assert.deepEqual(await failure(loadConfig(path('fifo'), {})), missing('~/fifo: is not a file'));
    await mkdir(path('folder'));
    await writeFile(path('plain'), '');
    assert.deepEqual((await failure(loadConfig(path('plain', 'x.toml'), {}))).code, 'CONFIG_NOT_FOUND');
    assert.deepEqual(
      await load(Buffer.alloc(300_000, '#')),
      invalid('~/panel.toml: is larger than 262144 bytes'),
    );
    assert.deepEqual(
      await load(sip('\0')),
      invalid('~/panel.toml: holds zero bytes: it is not text, or UTF-16; save it as UTF-8 text'),
    );
    assert.deepEqual(
      await load(Buffer.from([0x61, 0xff, 0xfe])),
      invalid('~/panel.toml: is not UTF-8; save it as UTF-8 text'),
    );
  });

  it('takes a byte order mark', async () => {
    const { config } = await loadConfig(await write(`\ufeff${sip('password = "1"')}`), {});
    assert.equal(config.sip.login, '12345');
  });
});
