// Ten calls in a row leave nothing behind: no descriptor, no thread, no process.
import { strict as assert } from 'node:assert';
import { children, descriptors, threads } from '../../src/sim/process-figures.js';
import { TestWorld } from './world.js';

interface Figures {
  descriptors: number;
  threads: number;
  children: number;
}

describe('ten calls in a row', function () {
  this.timeout(180_000);
  const world = new TestWorld();
  after(() => world.stop());

  const figures = (pid: number): Figures => ({
    descriptors: descriptors(pid),
    threads: threads(pid),
    children: children(pid).length,
  });

  /** What a process holds, once it has put away the last call. */
  const settled = async (pid: number, at: string, expected: Figures | null): Promise<Figures> => {
    let now = figures(pid);
    if (expected === null) return now;
    await world
      .until(`what the second call left, ${at}`, () => {
        now = figures(pid);
        return now.descriptors <= expected.descriptors && now.threads <= expected.threads;
      })
      .catch(() => undefined);
    return now;
  };

  it('leave the panel as two did', async () => {
    await world.start();
    const core = world.panel.pid;
    const face = world.panel.status?.face.pid ?? 0;
    let after2: { core: Figures; face: Figures } | null = null;
    for (let call = 1; call <= 10; call++) {
      await world.talk();
      await world.openByButton();
      if (call % 2 === 0) {
        await world.part();
      } else {
        await world.panel.touchButton('hangup');
        await world.until('the end', () => world.station.phase === 'idle');
      }
      await world.panel.waitFor('idle', (status) => status.call.state === 'idle', 10_000);
      if (call === 2)
        after2 = { core: await settled(core, 'core', null), face: await settled(face, 'face', null) };
    }
    assert.ok(after2);
    assert.equal(world.station.openings.length, 10);
    const after10 = {
      core: await settled(core, 'core', after2.core),
      face: await settled(face, 'face', after2.face),
    };
    assert.deepEqual(after10, after2);
    assert.equal(world.panel.status?.face.restarts, 0);
    assert.equal(world.panel.status.visits.total, 10);
    assert.equal(world.panel.status.visits.missed, 0);
  });
});
