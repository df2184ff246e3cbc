// Which characters a TrueType font has: its cmap table, formats 4 and 12 (OpenType specification, "cmap").

/** The code points that the font maps to a glyph. */
export function codePointsOf(font: Buffer): Set<number> {
  const points = new Set<number>();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = 12 + 16 * i;
    if (font.toString('latin1', record, record + 4) === 'cmap')
      readCmap(font, font.readUInt32BE(record + 8), points);
  }
  return points;
}

function readCmap(font: Buffer, cmap: number, points: Set<number>): void {
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const table = cmap + font.readUInt32BE(cmap + 8 + 8 * i);
    const format = font.readUInt16BE(table);
    if (format === 12) {
      for (let group = 0; group < font.readUInt32BE(table + 12); group++) {
        const at = table + 16 + 12 * group;
        addRange(points, font.readUInt32BE(at), font.readUInt32BE(at + 4));
      }
    } else if (format === 4) {
      const segments = font.readUInt16BE(table + 6) / 2;
      for (let segment = 0; segment < segments; segment++) {
        const end = font.readUInt16BE(table + 14 + 2 * segment);
        const start = font.readUInt16BE(table + 16 + 2 * (segments + segment));
        addRange(points, start, Math.min(end, 0xfffe));
      }
    }
  }
}

function addRange(points: Set<number>, first: number, last: number): void {
  for (let point = first; point <= last; point++) points.add(point);
}
