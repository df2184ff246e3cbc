// What the face prints goes into core's log, and cannot flood it.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { forwardLines } from '../../src/face/line-log.js';
import { createLog } from '../../src/system/log.js';
import { FakeClock, settle } from '../support/fake-clock.js';

describe("the face's standard error", () => {
  const setUp = () => {
    const lines: string[] = [];
    const stream = new PassThrough();
    const clock = new FakeClock();
    const log = createLog('debug', {
      write: (line) => lines.push((JSON.parse(line) as { msg: string }).msg),
    });
    forwardLines({ stream, clock, log });
    return { lines, stream, clock };
  };

  it('is logged line by line, however it is cut', async () => {
    const { lines, stream } = setUp();
    stream.write('one\ntw');
    stream.write('o\n\nthree');
    stream.end();
    await settle();
    assert.deepEqual(lines, ['one', 'two', 'three']);
  });

  it('is bounded in length and in lines a minute', async () => {
    const { lines, stream, clock } = setUp();
    stream.write(`${'x'.repeat(10_000)}\n${'again\n'.repeat(1000)}`);
    await settle();
    assert.equal(lines.length, 60);
    assert.equal(lines[0]!.length, 500);
    await clock.advance(60_000);
    stream.write('later\n');
    await settle();
    assert.deepEqual(lines.slice(60), ['941 more lines left out', 'later']);
  });
});
