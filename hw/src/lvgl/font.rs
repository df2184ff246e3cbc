//! Fonts out of TrueType files, by LVGL's TINY_TTF. They live until stop(): an object in use never loses its font.

use super::{sfnt, state};
use crate::error::{fail, int, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::ffi::c_void;

const FONTS: usize = 128;
/// Glyphs kept drawn, for each font.
const CACHED_GLYPHS: usize = 256;
const FILE_BYTES: u64 = 32 << 20;

pub struct Loaded {
    font: *mut lv::lv_font_t,
    /// The same file in the same size is the same font.
    key: (String, i32, u32),
}

impl Drop for Loaded {
    fn drop(&mut self) {
        unsafe { lv::lv_tiny_ttf_destroy(self.font) };
    }
}

pub fn pointer(handle: u32) -> Result<*const lv::lv_font_t, Code> {
    state::with(|s| match s.fonts.get(&handle) {
        Some(loaded) => Ok(loaded.font.cast_const()),
        None => fail(Code::StaleHandle, format!("font {handle} was lost with stop()")),
    })
}

fn read(path: &str) -> Result<Box<[u8]>, Code> {
    let length = std::fs::metadata(path).map(|m| m.len());
    if length.is_ok_and(|l| l > FILE_BYTES) {
        return fail(Code::BadArgument, format!("{path}: too large for a font"));
    }
    match std::fs::read(path) {
        Ok(bytes) => match sfnt::check(&bytes) {
            Ok(()) => Ok(bytes.into_boxed_slice()),
            Err(why) => fail(Code::BadArgument, format!("{path}: no TrueType font: {why}")),
        },
        Err(e) => fail(Code::BadArgument, format!("{path}: {e}")),
    }
}

/// A font's handle. `fallback` = a font's handle or 0: where to look for glyphs that this one lacks.
#[napi(namespace = "lvgl")]
pub fn create_font(path: String, size: f64, fallback: u32) -> Result<u32, Code> {
    let size = int("a font's size", size, 4, 400)?;
    let next = if fallback == 0 { std::ptr::null() } else { pointer(fallback)? };
    let key = (path.clone(), size, fallback);
    let (known, file_known, count) = state::with(|s| {
        let known = s.fonts.iter().find(|(_, f)| f.key == key).map(|(h, _)| *h);
        Ok((known, s.font_files.contains_key(&path), s.fonts.len()))
    })?;
    if let Some(handle) = known {
        return Ok(handle);
    }
    if count >= FONTS {
        return fail(Code::BadArgument, format!("there are {FONTS} fonts already"));
    }
    if !file_known {
        let bytes = read(&path)?;
        state::with(|s| {
            s.font_files.insert(path.clone(), bytes);
            Ok(())
        })?;
    }
    let (data, length) = state::with(|s| {
        let bytes = &s.font_files[&path];
        Ok((bytes.as_ptr(), bytes.len()))
    })?;
    let font = unsafe {
        lv::lv_tiny_ttf_create_data_ex(
            data.cast::<c_void>(),
            length,
            size,
            lv::lv_font_kerning_t_LV_FONT_KERNING_NORMAL,
            CACHED_GLYPHS,
        )
    };
    if font.is_null() {
        return fail(Code::BadArgument, format!("{path}: LVGL cannot use this font"));
    }
    unsafe { (*font).fallback = next };
    let handle = state::next_handle()?;
    state::with(|s| {
        s.fonts.insert(handle, Loaded { font, key });
        Ok(handle)
    })
}
