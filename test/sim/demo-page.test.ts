// The demo's page can open the door: only a page that came from it may speak to it, and only in its words.
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { DemoPage } from '../../src/sim/demo-page.js';
import type { DemoState, PageAction } from '../../src/sim/demo-state.js';
import { ScreenFeed } from '../../src/sim/screen-feed.js';
import { systemClock } from '../../src/system/clock.js';
import { FakeClock } from '../support/fake-clock.js';

const state: DemoState = {
  language: 'en',
  screen: { width: 4, height: 8 },
  network: 'up',
  panel: {
    running: true,
    started: true,
    line: 'registered',
    call: null,
    gpio: { button: false, led: true, chime: false },
    face: { state: 'running', restarts: 0 },
  },
  station: { call: 'idle', lockOpenFor: 0, lockMs: 5000, digits: '', heardBy: null, sound: null },
};

describe("the demo's page", () => {
  let page: DemoPage;
  let url: URL;
  let acted: PageAction[];

  beforeEach(async () => {
    acted = [];
    const feed = new ScreenFeed({ file: '/nonexistent', width: 4, height: 8, clock: systemClock });
    page = new DemoPage({
      feed,
      state: () => state,
      act: (action) => acted.push(action),
      onGone: () => undefined,
    });
    url = new URL(await page.start(0));
  });
  afterEach(() => page.stop());

  const get = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: url.port, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  const open = (origin: string, host = url.host): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${url.port}/live`, { origin, headers: { host } });

  it('serves its own files and nothing else', async () => {
    for (const path of ['/', '/page.js', '/page.css', '/chime.js', '/words.js', '/icon.svg'])
      assert.equal(await get(path), 200, path);
    for (const path of ['/../demo.ts', '/%2e%2e/demo.ts', '/demo-page.js', '//page.js'])
      assert.equal(await get(path), 404, path);
  });

  it('refuses names that were made to point here (DNS rebinding)', async () => {
    assert.equal(await get('/', { host: `kalitka.example:${url.port}` }), 403);
    assert.equal(await get('/', { host: `localhost:${url.port}` }), 200);
  });

  for (const [what, origin, host] of [
    ['of another site', 'http://example.com', undefined],
    ['of another port of this machine', 'http://127.0.0.1:1', undefined],
    ['under another name', 'http://kalitka.example', 'kalitka.example'],
  ] as const) {
    it(`refuses a WebSocket ${what}`, async () => {
      const socket = open(origin, host);
      const [error] = (await once(socket, 'error')) as [Error];
      assert.match(error.message, /403/);
    });
  }

  it('tells the state at once and at every change, and takes what a person does', async () => {
    const socket = open(url.origin);
    const [first] = (await once(socket, 'message')) as [Buffer];
    assert.deepEqual(JSON.parse(first.toString()), state);
    page.tell();
    await once(socket, 'message');
    socket.send('{"do":"touch","x":3,"y":4,"pressed":true}');
    socket.send('{"do":"ring"}');
    socket.send('{"do":"ring","more":1}');
    const [code] = (await once(socket, 'close')) as [number];
    assert.equal(code, 1008);
    assert.deepEqual(acted, [{ do: 'touch', x: 3, y: 4, pressed: true }, { do: 'ring' }]);
  });

  it('sends no new picture before the last one was drawn', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kalitka-page-'));
    const file = join(folder, 'screen');
    const clock = new FakeClock();
    const feed = new ScreenFeed({ file, width: 4, height: 8, clock });
    const other = new DemoPage({ feed, state: () => state, act: () => undefined, onGone: () => undefined });
    try {
      writeFileSync(file, Buffer.alloc(128, 1));
      const at = new URL(await other.start(0));
      const socket = new WebSocket(`ws://127.0.0.1:${at.port}/live`, { origin: at.origin });
      const bands: number[] = [];
      const arrived = new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer, binary) => {
          if (binary) bands.push(data.readUInt8(8));
          if (bands.length === 2) resolve();
        });
      });
      socket.on('message', (_, binary) => {
        if (!binary || bands.length > 1) return;
        // two pictures come and go unseen while the page is busy
        void (async () => {
          for (const value of [2, 3]) {
            writeFileSync(file, Buffer.alloc(128, value));
            await clock.advance(200);
          }
          writeFileSync(file, Buffer.alloc(128, 4));
          socket.send('{"do":"drawn","bands":1}');
          socket.ping();
          await once(socket, 'pong');
          await clock.advance(200);
        })();
      });
      await arrived;
      assert.deepEqual(bands, [1, 4]);
    } finally {
      await other.stop();
      rmSync(folder, { recursive: true });
    }
  });

  for (const [what, message] of [
    ['what is no JSON', 'ring'],
    ['an unknown action', '{"do":"explode"}'],
    ['a touch that is nowhere', '{"do":"touch","x":-1,"y":4,"pressed":true}'],
    ['a message that is too long', `{"do":"ring"${' '.repeat(600)}}`],
  ]) {
    it(`hangs up on ${what}`, async () => {
      const socket = open(url.origin);
      await once(socket, 'message');
      socket.send(message ?? '');
      const [code] = (await once(socket, 'close')) as [number];
      assert.ok(code === 1008 || code === 1009, String(code));
      assert.deepEqual(acted, []);
    });
  }

  it('takes another port where its own is taken', async () => {
    const second = new DemoPage({
      feed: new ScreenFeed({ file: '/nonexistent', width: 4, height: 8, clock: systemClock }),
      state: () => state,
      act: () => undefined,
      onGone: () => undefined,
    });
    const other = new URL(await second.start(Number(url.port)));
    assert.notEqual(other.port, url.port);
    await second.stop();
    await second.stop();
  });
});
