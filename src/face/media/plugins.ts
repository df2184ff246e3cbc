// Which GStreamer elements the face needs, the Debian package that has each, and a check without a running panel.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KalitkaError } from '../../system/errors.js';

/** An element that is missing and what mends it. */
export interface MissingElement {
  element: string;
  /** Debian package. */
  package: string;
}

const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'libgstreamer1.0-0': ['capsfilter', 'fakesink', 'tee'],
  'gstreamer1.0-plugins-base': [
    'appsink',
    'audioconvert',
    'audioresample',
    'audiotestsrc',
    'videoconvert',
    'videoscale',
    'volume',
  ],
  'gstreamer1.0-plugins-good': [
    'alawdec',
    'alawenc',
    'level',
    'mulawdec',
    'mulawenc',
    'rtph264depay',
    'rtpjitterbuffer',
    'rtppcmadepay',
    'rtppcmapay',
    'rtppcmudepay',
    'rtppcmupay',
    'udpsink',
    'udpsrc',
  ],
  'gstreamer1.0-plugins-bad': ['h264parse'],
  'gstreamer1.0-libav': ['avdec_h264'],
  'gstreamer1.0-alsa': ['alsasink', 'alsasrc'],
};

const packageOf = new Map(
  Object.entries(PACKAGES).flatMap(([name, elements]) => elements.map((element) => [element, name] as const)),
);

/** Every element that some configuration needs. */
export const neededElements: readonly string[] = [...packageOf.keys()].sort();

/** What to tell a person about an element that is not there. */
export function missingElementText(element: string): string {
  const name = packageOf.get(element);
  return `GStreamer has no element "${element}"` + (name ? `: apt-get install ${name}` : '');
}

/** The first look at a machine's plug-ins reads them all. */
const PATIENCE_MS = 60_000;

/**
 * Looks, in a short-lived process of its own, for every needed element: no GStreamer is loaded here.
 * @param env beside our own environment, e.g. the `GST_REGISTRY` that the face uses
 * @returns what is missing; empty when all is well
 * @throws KalitkaError `GST_MISSING` where GStreamer itself cannot be loaded or the check does not end
 */
export async function findMissingElements(env: NodeJS.ProcessEnv = {}): Promise<MissingElement[]> {
  const script = fileURLToPath(new URL('./plugin-check.js', import.meta.url));
  const options = {
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...env },
  } as const;
  let stdout: string;
  try {
    ({ stdout } = await promisify(execFile)(process.execPath, [script], options));
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
    throw new KalitkaError('GST_MISSING', said === '' ? 'the check of GStreamer did not end' : said, {
      cause,
    });
  }
  const missing = JSON.parse(stdout) as string[];
  return missing.map((element) => ({ element, package: packageOf.get(element) ?? 'gstreamer1.0' }));
}
