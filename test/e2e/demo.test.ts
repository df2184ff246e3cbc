// The demo by itself, as a newcomer runs it: a whole call with a verdict, at both sizes of screen, side by side.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { CallRun, type Summary } from '../../src/sim/demo-once.js';
import { systemClock } from '../../src/system/clock.js';
import { size, TestWorld } from './world.js';

const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

function runDemo(out: string, flags: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'demo', '--once', '--out', out, ...flags]);
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, output }));
  });
}

describe('the demo by itself', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'kalitka-e2e-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('does a whole call at two sizes and in two languages, side by side', async () => {
    const runs = [
      { out: join(folder, 'small'), width: 800, height: 480, language: 'ru' },
      { out: join(folder, 'large'), width: 1024, height: 600, language: 'en' },
    ];
    await Promise.all(
      runs.map(async ({ out, width, height, language }) => {
        const { code, output } = await runDemo(out, ['--size', `${width}x${height}`, '--language', language]);
        assert.equal(code, 0, output);
        const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary;
        assert.equal(summary.passed, true);
        assert.deepEqual(summary.station, { ...summary.station, digits: '##', openings: 2 });
        for (const { at, what } of summary.steps) assert.ok(output.includes(`${at} ms  ${what}`));
        const pictures = readdirSync(out).filter((name) => name.endsWith('.png'));
        assert.deepEqual(pictures.sort(), [
          'door-sent.png',
          'ended.png',
          'idle.png',
          'ringing.png',
          'talking.png',
        ]);
        for (const name of pictures) {
          const picture = PNG.sync.read(readFileSync(join(out, name)));
          assert.deepEqual([picture.width, picture.height], [width, height], name);
        }
        assert.ok(!output.includes('6789'), 'the password is in its output');
      }),
    );
  });

  it('says what failed when the panel dies in mid-call, and does not pass', async () => {
    const world = new TestWorld();
    const out = join(folder, 'failing');
    const lines: string[] = [];
    const clock = systemClock;
    const run = new CallRun({
      world,
      clock,
      size,
      out,
      since: clock.steady(),
      print: (line) => lines.push(line),
    });
    const died = world
      .until('ringing', () => world.station.phase === 'ringing', 60_000)
      .then(() => {
        process.kill(world.panel.pid, 'SIGKILL');
      });
    try {
      const summary = await run.run();
      await died;
      assert.equal(summary.passed, false);
      assert.match(summary.failure ?? '', /the panel.*SIGKILL/s);
      assert.deepEqual(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')), summary);
    } finally {
      await world.stop();
    }
  });
});
