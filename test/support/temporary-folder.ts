// A folder of its own for each test, gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Call within `describe`: returns what names a path in the present test's folder. */
export function temporaryFolder(): (...parts: string[]) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kalitka-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}
