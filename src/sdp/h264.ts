// Which H.264 formats go together (RFC 6184, sections 8.1 and 8.2.2).
import type { Format } from './description.js';

/** A profile and level, read from `profile-level-id`. */
export interface ProfileLevel {
  profile: 'constrained-baseline' | 'baseline' | 'main' | 'high';
  /** The first two bytes: profile_idc and profile-iop, as hexadecimal digits. */
  profileBytes: string;
  /** level_idc: ten times the level; 1b is 9 here. */
  level: number;
}

/** What a missing `profile-level-id` means: Baseline, level 1 (RFC 6184, section 8.1). */
const inferred = '42000a';

/**
 * Reads a `profile-level-id`.
 * @returns null for what no ordinary decoder takes (Extended, High 10, 4:2:2, 4:4:4) and for garbage
 */
export function readProfileLevel(text: string | undefined): ProfileLevel | null {
  const id = (text ?? inferred).toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(id)) return null;
  const idc = parseInt(id.slice(0, 2), 16);
  const iop = parseInt(id.slice(2, 4), 16);
  const levelIdc = parseInt(id.slice(4, 6), 16);
  const profile = profileOf(idc, iop);
  if (!profile || levelIdc < 9) return null;
  // level 1b is level_idc 11 with constraint_set3 in the profiles up to Main (H.264, A.3.1)
  const level = levelIdc === 11 && (iop & 0x10) !== 0 && profile !== 'high' ? 9 : levelIdc;
  return { profile, profileBytes: id.slice(0, 4), level };
}

/** RFC 6184, table 5. Constraint sets the tables leave open are passed over. */
function profileOf(idc: number, iop: number): ProfileLevel['profile'] | null {
  if (idc === 0x42) return (iop & 0x40) !== 0 ? 'constrained-baseline' : 'baseline';
  if (idc === 0x4d) return (iop & 0x80) !== 0 ? 'constrained-baseline' : 'main';
  if (idc === 0x64) return 'high';
  return null;
}

/** `packetization-mode`: 0 single NAL unit, 1 non-interleaved; null for interleaved, which nobody here takes. */
export function packetizationMode(format: Format): 0 | 1 | null {
  const mode = format.parameters.get('packetization-mode') ?? '0';
  return mode === '0' ? 0 : mode === '1' ? 1 : null;
}

/** True for H.264 as a decoder here takes it. */
export function isUsableH264(format: Format): boolean {
  return (
    format.encoding === 'H264' &&
    format.clockRate === 90_000 &&
    packetizationMode(format) !== null &&
    readProfileLevel(format.parameters.get('profile-level-id')) !== null
  );
}

/** True where two formats are the same media format: same profile, same packetization mode. */
export function sameH264(a: Format, b: Format): boolean {
  const [p, q] = [a, b].map((f) => readProfileLevel(f.parameters.get('profile-level-id')));
  return (
    isUsableH264(a) &&
    isUsableH264(b) &&
    p?.profile === q?.profile &&
    packetizationMode(a) === packetizationMode(b)
  );
}

/**
 * The `a=fmtp` of an answer: the offered profile and mode. The level is ours where both sides may differ
 * (`level-asymmetry-allowed=1`), else the lower one.
 * @param ours our highest level, level_idc
 */
export function answerParameters(offered: Format, ours: number): string {
  const parts: string[] = [];
  const text = offered.parameters.get('profile-level-id');
  const asymmetric = offered.parameters.get('level-asymmetry-allowed') === '1';
  const their = readProfileLevel(text);
  // an offer without the parameter is answered without it: naming level 1 would ask for a postage stamp
  if (text !== undefined && their) {
    const level = asymmetric || their.level > ours ? ours : null;
    const id = level === null ? text.toLowerCase() : their.profileBytes + level.toString(16).padStart(2, '0');
    parts.push(`profile-level-id=${id}`);
  }
  if (offered.parameters.has('packetization-mode')) {
    parts.push(`packetization-mode=${packetizationMode(offered) ?? 0}`);
  }
  if (asymmetric) parts.push('level-asymmetry-allowed=1');
  return parts.join(';');
}
