// Ten calls in a row leave nothing behind: no descriptor, no thread, no process.
import { strict as assert } from 'node:assert';
import { children, descriptors, threads } from '../../src/sim/process-figures.js';
import { patience, TestWorld } from './world.js';

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

  /** The least that core and face hold within a while after a call: they put it away without telling. */
  const least = async (): Promise<{ core: Figures; face: Figures }> => {
    const seen = { core: [] as Figures[], face: [] as Figures[] };
    const look = (): boolean => {
      seen.core.push(figures(world.panel.pid));
      seen.face.push(figures(world.panel.status?.face.pid ?? 0));
      return seen.core.length === 30;
    };
    await world.until('what is left of a call', look);
    const smallest = (all: Figures[]): Figures => ({
      descriptors: Math.min(...all.map((one) => one.descriptors)),
      threads: Math.min(...all.map((one) => one.threads)),
      children: Math.min(...all.map((one) => one.children)),
    });
    return { core: smallest(seen.core), face: smallest(seen.face) };
  };

  it('leave the panel as two did', async () => {
    await world.start();
    let after2: Awaited<ReturnType<typeof least>> | null = null;
    for (let call = 1; call <= 10; call++) {
      await world.talk();
      await world.openByButton();
      if (call % 2 === 0) {
        await world.part();
      } else {
        await world.panel.touchButton('hangup');
        await world.until('the end', () => world.station.phase === 'idle');
      }
      await world.panel.waitFor('idle', (status) => status.call.state === 'idle', patience);
      if (call === 2) after2 = await least();
    }
    assert.equal(world.station.openings.length, 10);
    assert.deepEqual(await least(), after2);
    assert.equal(world.panel.status?.face.restarts, 0);
    assert.equal(world.panel.status.visits.total, 10);
    assert.equal(world.panel.status.visits.missed, 0);
  });
});
