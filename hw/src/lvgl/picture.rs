//! Pictures as PNG, out of the display and out of single objects, and back.

use super::state;
use crate::error::{fail, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;

const PIXELS: i64 = 16 << 20;
/// px, as for a display.
const SIDE: i64 = 4096;

fn encode(width: u32, height: u32, color: png::ColorType, bytes: &[u8]) -> Result<Buffer, Code> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let written = encoder.write_header().and_then(|mut w| w.write_image_data(bytes));
    match written {
        Ok(()) => Ok(out.into()),
        Err(e) => fail(Code::Lvgl, format!("the PNG could not be written: {e}")),
    }
}

/// Width, height and RGBA rows of a PNG file.
pub fn decode(bytes: &[u8], side: u32, pixels: usize) -> std::result::Result<(u32, u32, Vec<u8>), String> {
    let wrong = |e: png::DecodingError| format!("no picture in PNG format: {e}");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(wrong)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width > side || height > side || width as usize * height as usize > pixels {
        return Err(format!("the picture is too large: {width} x {height}"));
    }
    let Some(size) = reader.output_buffer_size() else {
        return Err("the picture is too large".into());
    };
    let mut data = vec![0; size];
    let info = reader.next_frame(&mut data).map_err(wrong)?;
    data.truncate(info.buffer_size());
    if info.color_type == png::ColorType::GrayscaleAlpha {
        data = data.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect();
    }
    Ok((width, height, data))
}

/// The display as it is drawn, opaque.
#[napi(namespace = "lvgl")]
pub fn screenshot() -> Result<Buffer, Code> {
    state::with(|s| {
        let (width, height) = (s.memory.width, s.memory.height);
        let rgb: Vec<u8> = s
            .memory
            .pixels()
            .iter()
            .flat_map(|pixel| {
                let [b, g, r, _] = pixel.to_le_bytes();
                [r, g, b]
            })
            .collect();
        encode(width, height, png::ColorType::Rgb, &rgb)
    })
}

/// An object with its children, on a clear ground.
#[napi(namespace = "lvgl")]
pub fn snapshot(handle: u32) -> Result<Buffer, Code> {
    let obj = state::object(handle)?;
    let mut area: lv::lv_area_t = unsafe { std::mem::zeroed() };
    let extra;
    unsafe {
        lv::lv_obj_update_layout(obj);
        lv::lv_obj_get_coords(obj, &mut area);
        extra = i64::from(lv::lv_obj_get_ext_draw_size(obj));
    }
    let width = i64::from(area.x2) - i64::from(area.x1) + 1 + 2 * extra;
    let height = i64::from(area.y2) - i64::from(area.y1) + 1 + 2 * extra;
    if width < 1 || height < 1 || width > SIDE || height > SIDE || width * height > PIXELS {
        return fail(Code::BadArgument, format!("an object of {width} x {height} px has no snapshot"));
    }
    let picture = unsafe { lv::lv_snapshot_take(obj, lv::lv_color_format_t_LV_COLOR_FORMAT_ARGB8888) };
    if picture.is_null() {
        return fail(Code::Lvgl, "LVGL could not draw the object");
    }
    let rgba: Vec<u8> = unsafe {
        let header = &(*picture).header;
        let (w, h, stride) = (header.w() as usize, header.h() as usize, header.stride() as usize);
        let bytes = std::slice::from_raw_parts((*picture).data, stride * h);
        bytes
            .chunks_exact(stride)
            .flat_map(|row| row[..w * 4].chunks_exact(4))
            .flat_map(|p| [p[2], p[1], p[0], p[3]])
            .collect()
    };
    let (w, h) = unsafe { ((*picture).header.w(), (*picture).header.h()) };
    unsafe { lv::lv_draw_buf_destroy(picture) };
    encode(w, h, png::ColorType::Rgba, &rgba)
}
