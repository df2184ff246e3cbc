//! Whether a file is a TrueType font that the rasteriser, which checks nothing itself, may be given.
//! OpenType specification: "Font file", "Organization of an OpenType Font".

const DIRECTORY: usize = 12;
const ENTRY: usize = 16;
const TABLES: usize = 64;

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let b = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_be_bytes([b[0], b[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let b = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
}

fn table<'a>(bytes: &'a [u8], tag: &str) -> Result<&'a [u8], String> {
    let count = u16_at(bytes, 4).unwrap_or(0);
    for i in 0..count {
        let entry = DIRECTORY + i * ENTRY;
        if bytes.get(entry..entry + 4) == Some(tag.as_bytes()) {
            let (start, length) = (u32_at(bytes, entry + 8), u32_at(bytes, entry + 12));
            return start
                .zip(length)
                .and_then(|(s, l)| bytes.get(s..s.checked_add(l)?))
                .ok_or_else(|| format!("table {tag} lies outside the file"));
        }
    }
    Err(format!("no table {tag}"))
}

/// Checks magic, directory, and that the tables which the rasteriser follows stay within themselves.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    if ![&b"\0\x01\0\0"[..], b"true"].contains(&bytes.get(..4).unwrap_or_default()) {
        return Err("wrong magic number".into());
    }
    let count = u16_at(bytes, 4).unwrap_or(0);
    if count == 0 || count > TABLES || bytes.len() < DIRECTORY + count * ENTRY {
        return Err("broken table directory".into());
    }
    for i in 0..count {
        let tag = &bytes[DIRECTORY + i * ENTRY..][..4];
        let tag = std::str::from_utf8(tag).map_err(|_| "broken table directory")?;
        table(bytes, tag)?;
    }
    glyphs(bytes)?;
    characters(table(bytes, "cmap")?)
}

/// Every glyph lies in `glyf`, and every glyph has its width.
fn glyphs(bytes: &[u8]) -> Result<(), String> {
    let short = || "a table is too short".to_string();
    let count = u16_at(table(bytes, "maxp")?, 4).ok_or_else(short)?;
    let head = table(bytes, "head")?;
    let units = u16_at(head, 18).ok_or_else(short)?;
    let long = u16_at(head, 50).ok_or_else(short)?;
    if count == 0 || units == 0 || long > 1 || head.len() < 54 {
        return Err("impossible figures in head or maxp".into());
    }
    let widths = u16_at(table(bytes, "hhea")?, 34).ok_or_else(short)?;
    let hmtx = table(bytes, "hmtx")?.len();
    if widths == 0 || widths > count || hmtx < widths * 4 + (count - widths) * 2 {
        return Err("table hmtx is too short".into());
    }
    let (loca, glyf) = (table(bytes, "loca")?, table(bytes, "glyf")?.len());
    let mut last = 0;
    for i in 0..=count {
        let offset = if long == 1 { u32_at(loca, i * 4) } else { u16_at(loca, i * 2).map(|o| o * 2) };
        match offset {
            Some(o) if o >= last && o <= glyf => last = o,
            _ => return Err("a glyph lies outside the file".into()),
        }
    }
    Ok(())
}

/// Every character map lies in `cmap`.
fn characters(cmap: &[u8]) -> Result<(), String> {
    let short = || "table cmap is too short".to_string();
    let count = u16_at(cmap, 2).ok_or_else(short)?;
    for i in 0..count {
        let start = u32_at(cmap, 4 + i * 8 + 4).ok_or_else(short)?;
        let format = u16_at(cmap, start).ok_or_else(short)?;
        let length = match format {
            0 | 2 | 4 | 6 => u16_at(cmap, start + 2),
            14 => u32_at(cmap, start + 2),
            _ => u32_at(cmap, start + 4),
        };
        let end = length.and_then(|l| start.checked_add(l)).ok_or_else(short)?;
        if end > cmap.len() {
            return Err(short());
        }
    }
    Ok(())
}
