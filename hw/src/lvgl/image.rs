//! Pictures that LVGL draws: video frames and PNG files, copied once into memory of our own.

use super::{picture, state};
use crate::error::{fail, int, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::ffi::c_void;

/// px, and px of both sides together.
const SIDE: i32 = 8192;
const PIXELS: usize = 16 << 20;
const OPAQUE: u32 = 0xff00_0000;

/// An image object's pixels; LVGL holds a pointer to `descriptor`, which holds one to `pixels`.
pub struct Picture {
    descriptor: Box<lv::lv_image_dsc_t>,
    pixels: Vec<u32>,
}

/// Puts pixels into an image object: `fill` gets room for width x height of them.
fn show(
    handle: u32,
    width: usize,
    height: usize,
    format: u32,
    fill: impl FnOnce(&mut [u32]),
) -> Result<(), Code> {
    let obj = state::object_of(handle, &raw const lv::lv_image_class, "image")?;
    let (source, changed) = state::with(|s| {
        let picture = s.pictures.entry(handle).or_insert_with(|| Picture {
            descriptor: Box::new(unsafe { std::mem::zeroed() }),
            pixels: Vec::new(),
        });
        let header = &mut picture.descriptor.header;
        let changed = header.w() != width as u32 || header.h() != height as u32 || header.cf() != format;
        picture.pixels.resize(width * height, 0);
        fill(&mut picture.pixels);
        header.set_magic(lv::LV_IMAGE_HEADER_MAGIC);
        header.set_cf(format);
        header.set_w(width as u32);
        header.set_h(height as u32);
        header.set_stride(width as u32 * 4);
        picture.descriptor.data = picture.pixels.as_ptr().cast::<u8>();
        picture.descriptor.data_size = (picture.pixels.len() * 4) as u32;
        Ok((&raw const *picture.descriptor, changed))
    })?;
    unsafe {
        if changed {
            lv::lv_image_set_src(obj, source.cast::<c_void>());
        } else {
            lv::lv_obj_invalidate(obj);
        }
    }
    Ok(())
}

/// A BGRx frame, `stride` bytes a row.
#[napi(namespace = "lvgl")]
pub fn image_frame(handle: u32, bytes: Uint8Array, width: f64, height: f64, stride: f64) -> Result<(), Code> {
    let width = int("width", width, 1, SIDE)? as usize;
    let height = int("height", height, 1, SIDE)? as usize;
    let stride = int("stride", stride, width as i32 * 4, i32::MAX)? as usize;
    if width * height > PIXELS {
        return fail(Code::BadArgument, "the frame has more than 16 million pixels");
    }
    let needed = stride as u64 * (height as u64 - 1) + width as u64 * 4;
    if (bytes.len() as u64) < needed {
        return fail(
            Code::BadArgument,
            format!("the frame needs {needed} bytes, the buffer has {}", bytes.len()),
        );
    }
    let format = lv::lv_color_format_t_LV_COLOR_FORMAT_XRGB8888;
    show(handle, width, height, format, |pixels| {
        for (to, from) in pixels.chunks_exact_mut(width).zip(bytes.chunks(stride)) {
            for (pixel, bgrx) in to.iter_mut().zip(from.chunks_exact(4)) {
                *pixel = u32::from_le_bytes([bgrx[0], bgrx[1], bgrx[2], bgrx[3]]) | OPAQUE;
            }
        }
    })
}

/// A PNG file's picture.
#[napi(namespace = "lvgl")]
pub fn image_png(handle: u32, png: Uint8Array) -> Result<(), Code> {
    let (width, height, rgba) = match picture::decode(&png, SIDE as u32, PIXELS) {
        Ok(picture) => picture,
        Err(message) => return fail(Code::BadArgument, message),
    };
    let format = lv::lv_color_format_t_LV_COLOR_FORMAT_ARGB8888;
    show(handle, width as usize, height as usize, format, |pixels| {
        for (pixel, p) in pixels.iter_mut().zip(rgba.chunks_exact(4)) {
            *pixel = u32::from_le_bytes([p[2], p[1], p[0], p[3]]);
        }
    })
}
