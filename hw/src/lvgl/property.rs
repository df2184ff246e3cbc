//! LVGL's own property table: every style and widget property by its name, checked before LVGL sees it.

use super::{font, limits, object, runtime, state};
use crate::error::{fail, int, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::ffi::{c_char, c_void, CStr, CString};

const TEXT_BYTES: usize = 64 * 1024;
/// The last part that LVGL has (LV_PART_CURSOR), in all states.
const LARGEST_SELECTOR: i32 = 0x0006_ffff;
/// LVGL counts an object's styles in six bits and asserts; the theme needs a few of them.
const STYLES: u32 = 48;

fn kind(id: u32) -> u32 {
    id >> lv::LV_PROPERTY_TYPE_SHIFT
}

fn is_switch(name: &str) -> bool {
    name.starts_with("flag_") || name.starts_with("state_")
}

/// A style's id, 0 = there is none.
fn style(name: &str) -> u32 {
    CString::new(name).map_or(0, |name| unsafe { lv::lv_style_property_get_id(name.as_ptr()) })
}

/// Styles that are numbers in LVGL's table, but yes or no in its functions.
fn is_boolean(name: &str) -> bool {
    matches!(
        name,
        "arc_rounded" | "bg_image_tiled" | "blur_backdrop" | "border_post" | "clip_corner" | "line_rounded"
    )
}

fn find(obj: *mut lv::lv_obj_t, name: &str) -> Result<u32, Code> {
    let id = CString::new(name).map(|c| unsafe { lv::lv_obj_property_get_id(obj, c.as_ptr()) });
    match id {
        Ok(id) if id != 0 => Ok(id),
        _ => fail(Code::BadArgument, format!("this object has no property \"{}\"", name.escape_debug())),
    }
}

fn text(name: &str, value: &str) -> Result<CString, Code> {
    match CString::new(value) {
        Ok(text) if value.len() <= TEXT_BYTES => Ok(text),
        Ok(_) => fail(Code::BadArgument, format!("{name} has more than {TEXT_BYTES} bytes")),
        Err(_) => fail(Code::BadArgument, format!("{name} has a NUL character in it")),
    }
}

/// A property whose setter takes a second argument (LV_PROPERTY_ID2). LVGL 9.5 looks for it with that argument's
/// type still in the number, and finds nothing.
fn second_argument(id: u32) -> bool {
    (id >> lv::LV_PROPERTY_TYPE2_SHIFT) & 15 != 0
}

/// Those properties, without animation. `obj` has them, so its class is known.
fn set_directly(
    obj: *mut lv::lv_obj_t,
    name: &str,
    property: &lv::lv_property_t,
    text: Option<&CString>,
) -> Result<(), Code> {
    unsafe {
        let number = property.__bindgen_anon_1.num;
        match (name, text) {
            ("value", _) => lv::lv_slider_set_value(obj, number, false),
            ("left_value", _) => {
                lv::lv_slider_set_start_value(obj, number, false);
            }
            ("selected", _) => {
                lv::lv_roller_set_selected(obj, number.max(0) as u32, false);
            }
            ("options", Some(text)) => {
                lv::lv_roller_set_options(obj, text.as_ptr(), lv::lv_roller_mode_t_LV_ROLLER_MODE_NORMAL);
            }
            _ => return fail(Code::BadArgument, format!("{name} cannot be set")),
        }
    }
    Ok(())
}

/// Sets a property. `selector`: part and state of a style property.
#[napi(namespace = "lvgl")]
pub fn set(handle: u32, name: String, value: Either3<f64, bool, String>, selector: f64) -> Result<(), Code> {
    let obj = state::object(handle)?;
    let id = find(obj, &name)?;
    let mut property: lv::lv_property_t = unsafe { std::mem::zeroed() };
    property.id = id;
    let slot = &mut property.__bindgen_anon_1;
    slot.__bindgen_anon_1.selector = int("selector", selector, 0, LARGEST_SELECTOR)? as u32;
    if is_switch(&name) {
        limits::check_flag(&name, unsafe { lv::lv_obj_get_parent(obj) }.is_null())?;
    }
    let mut kept = None;
    match (kind(id), value) {
        (lv::LV_PROPERTY_TYPE_INT, Either3::B(b)) if is_switch(&name) || is_boolean(&name) => {
            slot.num = i32::from(b)
        }
        (lv::LV_PROPERTY_TYPE_INT | lv::LV_PROPERTY_TYPE_PRECISE, Either3::A(n)) if !is_switch(&name) => {
            slot.num = limits::check(&name, n)?;
        }
        (lv::LV_PROPERTY_TYPE_BOOL, Either3::B(b)) => slot.num = i32::from(b),
        (lv::LV_PROPERTY_TYPE_COLOR, Either3::A(n)) => {
            slot.color = unsafe { lv::lv_color_hex(int(&name, n, 0, 0x00ff_ffff)? as u32) };
        }
        (lv::LV_PROPERTY_TYPE_TEXT, Either3::C(s)) => {
            slot.ptr = kept.insert(text(&name, &s)?).as_ptr().cast::<c_void>();
        }
        (lv::LV_PROPERTY_TYPE_FONT, Either3::A(n)) => {
            slot.ptr = font::pointer(int("font", n, 0, i32::MAX)? as u32)?.cast::<c_void>();
        }
        (lv::LV_PROPERTY_TYPE_OBJ, Either3::A(n)) if name == "parent" => {
            return object::move_under(obj, state::object(int("parent", n, 0, i32::MAX)? as u32)?);
        }
        (lv::LV_PROPERTY_TYPE_POINTER | lv::LV_PROPERTY_TYPE_IMGSRC, _) => {
            return fail(Code::BadArgument, format!("{name} cannot be set"));
        }
        _ => return fail(Code::BadArgument, format!("{name} does not take a value of this type")),
    }
    if second_argument(id) {
        return set_directly(obj, &name, &property, kept.as_ref());
    }
    runtime::complaint();
    let styles = unsafe { (*obj).style_cnt() };
    if u32::from(styles) >= STYLES && selector != 0.0 {
        return fail(Code::BadArgument, "the object has too many styles: use fewer different selectors");
    }
    match unsafe { lv::lv_obj_set_property(obj, &property) } {
        lv::lv_result_t_LV_RESULT_OK => Ok(()),
        _ => fail(
            Code::BadArgument,
            format!(
                "LVGL refused {name}: {}",
                runtime::complaint().unwrap_or_else(|| "no reason given".into())
            ),
        ),
    }
}

fn get_directly(obj: *mut lv::lv_obj_t, name: &str) -> Result<Either3<f64, bool, String>, Code> {
    unsafe {
        Ok(match name {
            "value" => Either3::A(f64::from(lv::lv_slider_get_value(obj))),
            "left_value" => Either3::A(f64::from(lv::lv_slider_get_left_value(obj))),
            "selected" => Either3::A(f64::from(lv::lv_roller_get_selected(obj))),
            "options" => {
                Either3::C(CStr::from_ptr(lv::lv_roller_get_options(obj)).to_string_lossy().into_owned())
            }
            _ => return fail(Code::BadArgument, format!("{name} cannot be read")),
        })
    }
}

/// A property's value; styles are those of the main part in its present state.
#[napi(namespace = "lvgl")]
pub fn get(handle: u32, name: String) -> Result<Either3<f64, bool, String>, Code> {
    let obj = state::object(handle)?;
    let id = find(obj, &name)?;
    if second_argument(id) {
        return get_directly(obj, &name);
    }
    let mut property = unsafe { lv::lv_obj_get_property(obj, id) };
    if property.id == 0 {
        // Some that every object has can only be set; the style of the same name is what they set.
        property = match style(&name) {
            0 => return fail(Code::BadArgument, format!("{name} cannot be read")),
            style => unsafe { lv::lv_obj_get_style_property(obj, style, lv::lv_part_t_LV_PART_MAIN) },
        };
    }
    let slot = &property.__bindgen_anon_1;
    unsafe {
        match kind(property.id) {
            lv::LV_PROPERTY_TYPE_INT if is_boolean(&name) => Ok(Either3::B(slot.num != 0)),
            lv::LV_PROPERTY_TYPE_INT if is_switch(&name) => Ok(Either3::B(slot.num != 0)),
            lv::LV_PROPERTY_TYPE_INT => Ok(Either3::A(f64::from(slot.num))),
            lv::LV_PROPERTY_TYPE_PRECISE => Ok(Either3::A(f64::from(slot.num))),
            lv::LV_PROPERTY_TYPE_COLOR => {
                Ok(Either3::A(f64::from(lv::lv_color_to_u32(slot.color) & 0xff_ffff)))
            }
            lv::LV_PROPERTY_TYPE_BOOL => Ok(Either3::B(slot.enable)),
            lv::LV_PROPERTY_TYPE_TEXT if slot.ptr.is_null() => Ok(Either3::C(String::new())),
            lv::LV_PROPERTY_TYPE_TEXT => {
                Ok(Either3::C(CStr::from_ptr(slot.ptr.cast::<c_char>()).to_string_lossy().into_owned()))
            }
            _ => fail(Code::BadArgument, format!("{name} cannot be read")),
        }
    }
}
