// The demo's page in a browser, as a person uses it: ring, answer with a finger, open by the button on the wall.
import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PNG } from 'pngjs';

const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const chromiumPath = '/usr/bin/chromium';
const timeout = 20_000;
/** The face of the Answer button. */
const green = { red: 0x15, green: 0x80, blue: 0x3d };

describe("the demo's page in a browser", function () {
  this.timeout(120_000);
  let demo: ChildProcess | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let output = '';
  const complaints: string[] = [];

  before(async () => {
    assert.ok(existsSync(chromiumPath), `${chromiumPath} is missing: apt-get install chromium`);
    const child = spawn(process.execPath, [program, 'demo', '--port', '0', '--language', 'en']);
    demo = child;
    const url = await new Promise<string>((resolve, reject) => {
      const look = (data: Buffer): void => {
        output += data.toString();
        const found = /^(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(output)?.[1];
        if (found) resolve(found);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('exit', (code) => reject(new Error(`the demo ended with ${code ?? 'a signal'}: ${output}`)));
    });
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(timeout);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
  });
  after(async () => {
    await browser?.close();
    if (demo?.exitCode === null) demo.kill('SIGTERM');
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(output);
  });

  const has = (selector: string): Promise<unknown> =>
    page.waitForSelector(selector, { state: 'attached', timeout });
  const says = (id: string, text: string): Promise<void> =>
    page.locator(`#${id}`, { hasText: text }).waitFor({ state: 'attached' });
  const shot = async (): Promise<PNG> => PNG.sync.read(await page.locator('#screen').screenshot());
  /** Middle of what has a colour on the panel's screen, px; null while there is less than a button of it. */
  const find = async (colour: typeof green): Promise<{ x: number; y: number } | null> => {
    const { data, width } = await shot();
    let [count, x, y] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const off =
        Math.abs(data.readUInt8(i) - colour.red) +
        Math.abs(data.readUInt8(i + 1) - colour.green) +
        Math.abs(data.readUInt8(i + 2) - colour.blue);
      if (off > 12) continue;
      count += 1;
      x += (i / 4) % width;
      y += Math.floor(i / 4 / width);
    }
    return count < 4000 ? null : { x: x / count, y: y / count };
  };

  it('shows a whole call and lets a person do it', async () => {
    await says('line-state', 'On line');
    const isDrawn = async (): Promise<boolean> => new Set((await shot()).data).size > 32;
    for (const end = Date.now() + timeout; !(await isDrawn());)
      assert.ok(Date.now() < end, 'no screen is shown');
    await has('#led[data-lit=true]');
    await says('door-state', 'shut');

    await page.click('#call');
    await has('#chime[data-sounding=true]');
    await says('call-state', 'Ringing');
    // it blinks fast while it rings
    await has('#led[data-lit=false]');
    await has('#led[data-lit=true]');

    let answer = await find(green);
    for (const end = Date.now() + timeout; !answer && Date.now() < end; answer = await find(green));
    assert.ok(answer, 'there is no green button on the screen');
    await page.locator('#screen').click({ position: answer });
    await says('call-state', 'Talking');
    await has('#chime[data-sounding=false]');
    await says('facts', 'frames');

    await page.hover('#key');
    await page.mouse.down();
    await has('#door[data-open=true]');
    await page.mouse.up();
    await says('door-state', 'open');
    await says('facts', '# (RFC 4733)');
    await has('#door[data-open=false]');

    await page.click('#kill');
    await says('facts', 'restarts: 1');
    await says('call-state', 'Talking');
    await page.click('#hangup');
    await says('call-state', 'No call');

    await page.click('#network');
    await says('network', 'Plug it in again');
    await page.click('#network');
    assert.deepEqual(complaints, []);
  });

  it('ends everything at Ctrl-C', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('kalitka-demo-'));
    const before = folders();
    const ended = new Promise<number | null>((resolve) => demo?.once('exit', resolve));
    demo?.kill('SIGINT');
    assert.equal(await ended, 0, output);
    assert.ok(folders().length < before.length);
    await says('line-state', 'The demo has stopped');
  });
});
