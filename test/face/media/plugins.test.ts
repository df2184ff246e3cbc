// `doctor` names what GStreamer lacks, and the package that has it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMissingElements, missingElementText } from '../../../src/face/media/plugins.js';

describe('the check of GStreamer', () => {
  it('finds everything on a machine that is set up', async () => {
    assert.deepEqual(await findMissingElements(), []);
  });

  it('names the package of each element on a machine without plug-ins', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'kalitka-plugins-'));
    try {
      const missing = await findMissingElements({
        GST_PLUGIN_SYSTEM_PATH_1_0: empty,
        GST_REGISTRY: join(empty, 'registry.bin'),
      });
      const packages = new Map(missing.map((m) => [m.element, m.package]));
      assert.equal(packages.get('avdec_h264'), 'gstreamer1.0-libav');
      assert.equal(packages.get('h264parse'), 'gstreamer1.0-plugins-bad');
      assert.equal(packages.get('alsasink'), 'gstreamer1.0-alsa');
      assert.equal(packages.get('udpsrc'), 'gstreamer1.0-plugins-good');
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it('says what to do about a missing element', () => {
    assert.equal(
      missingElementText('h264parse'),
      'GStreamer has no element "h264parse": apt-get install gstreamer1.0-plugins-bad',
    );
  });
});
