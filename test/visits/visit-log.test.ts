import assert from 'node:assert/strict';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { Visit } from '../../src/panel/state.js';
import { createLog } from '../../src/system/log.js';
import { VisitLog } from '../../src/visits/visit-log.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function visit(number: number, outcome: Visit['outcome'] = 'answered'): Visit {
  return {
    at: Date.parse('2026-01-31T12:00:00.000Z') + number * 60_000,
    caller: { name: `Дверь ${number}`, uri: `sip:${number}@192.0.2.1` },
    outcome,
    durationMs: 1500,
    opened: ['Gate'],
  };
}

describe('The visit log', () => {
  const path = temporaryFolder();
  let told: string[] = [];
  let log: VisitLog;

  const make = (limit?: number): VisitLog => {
    told = [];
    const lines = createLog('info', { write: (line) => void told.push(line) });
    log = new VisitLog({ directory: path('data'), log: lines, ...(limit === undefined ? {} : { limit }) });
    return log;
  };
  const restart = async (): Promise<VisitLog> => {
    await log.stop();
    await make().start();
    return log;
  };
  const file = (): Promise<string> => readFile(path('data', 'visits.jsonl'), 'utf8');

  beforeEach(async () => {
    await make().start();
  });
  afterEach(() => log.stop());

  it('keeps visits over a restart, a line each', async () => {
    log.record(visit(1));
    log.record(visit(2, 'missed'));
    assert.deepEqual(log.totals, { total: 2, missed: 1, unwritten: 2 });
    await restart();
    assert.deepEqual(log.visits, [visit(1), visit(2, 'missed')]);
    assert.deepEqual(log.totals, { total: 2, missed: 1, unwritten: 0 });
    assert.deepEqual(told, []);
    assert.deepEqual(JSON.parse((await file()).split('\n')[0] ?? ''), {
      at: '2026-01-31T12:01:00.000Z',
      caller: { name: 'Дверь 1', uri: 'sip:1@192.0.2.1' },
      outcome: 'answered',
      durationMs: 1500,
      opened: ['Gate'],
    });
    assert.equal((await stat(path('data', 'visits.jsonl'))).mode & 0o777, 0o640);
  });

  it('forgets the oldest', async () => {
    await log.stop();
    await make(10).start();
    for (let i = 0; i < 25; i++) log.record(visit(i));
    await log.stop();
    assert.equal((await file()).trim().split('\n').length, 10);
    await make(10).start();
    assert.deepEqual(
      log.visits.map(({ caller }) => caller.name),
      Array.from({ length: 10 }, (_, i) => `Дверь ${i + 15}`),
    );
  });

  const damages: [string, (whole: string) => string | Buffer, number][] = [
    ['cut short', (whole) => whole.slice(0, -10), 2],
    ['with a line of rubbish', (whole) => `rubbish\n${whole}`, 3],
    ['of zero bytes', () => Buffer.alloc(4096), 0],
    ['of another form', () => '{"at": 5}\n[]\nnull\n{"at":"2026-01-31T12:01:00.000Z"}\n', 0],
    ['far too large', (whole) => whole + ' '.repeat(5 * 2 ** 20), 0],
  ];
  for (const [what, damage, kept] of damages) {
    it(`puts a file ${what} aside, says so once, and keeps what can be read`, async () => {
      for (let i = 0; i < 3; i++) log.record(visit(i));
      await log.stop();
      const damaged = damage(await file());
      await writeFile(path('data', 'visits.jsonl'), damaged);
      await make().start();
      assert.equal(log.totals.total, kept);
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /"level":"warn".*damaged and put aside/);
      assert.deepEqual(await readFile(path('data', 'visits.jsonl.damaged')), Buffer.from(damaged));
      log.record(visit(9));
      await restart();
      assert.equal(log.totals.total, kept + 1);
      assert.deepEqual(told, []);
    });
  }

  it('goes on where the folder cannot be made, counts, and says so once', async () => {
    await log.stop();
    await writeFile(path('plain'), '');
    log = new VisitLog({
      directory: path('plain', 'data'),
      log: createLog('info', { write: (line) => void told.push(line) }),
    });
    await log.start();
    for (let i = 0; i < 5; i++) log.record(visit(i));
    await log.stop();
    assert.deepEqual(log.totals, { total: 5, missed: 0, unwritten: 5 });
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /"level":"error".*visits cannot be kept/);
  });

  it('writes everything once the disk can be written again', async () => {
    await rename(path('data'), path('elsewhere'));
    for (let i = 0; i < 3; i++) log.record(visit(i));
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(log.totals, { total: 3, missed: 0, unwritten: 3 });
    await rename(path('elsewhere'), path('data'));
    log.record(visit(3));
    while (log.totals.unwritten > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(told.length, 2);
    assert.match(told[1] ?? '', /can be written again/);
    await restart();
    assert.deepEqual(log.visits, [visit(0), visit(1), visit(2), visit(3)]);
    assert.deepEqual(await readdir(path('data')), ['visits.jsonl']);
  });

  it('takes nothing before its start and after its end', async () => {
    await log.stop();
    await log.stop();
    log.record(visit(1));
    assert.deepEqual(log.totals, { total: 0, missed: 0, unwritten: 0 });
  });
});
