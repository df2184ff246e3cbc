//! The tree of objects.

use super::state;
use crate::error::{fail, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;

/// LVGL walks the tree by recursion.
const DEPTH: usize = 32;
const OBJECTS: usize = 16_384;

type Creator = unsafe extern "C" fn(*mut lv::lv_obj_t) -> *mut lv::lv_obj_t;

fn creator(kind: &str) -> Option<Creator> {
    Some(match kind {
        "obj" => lv::lv_obj_create,
        "label" => lv::lv_label_create,
        "button" => lv::lv_button_create,
        "image" => lv::lv_image_create,
        "bar" => lv::lv_bar_create,
        "slider" => lv::lv_slider_create,
        "switch" => lv::lv_switch_create,
        "checkbox" => lv::lv_checkbox_create,
        "arc" => lv::lv_arc_create,
        "spinner" => lv::lv_spinner_create,
        "led" => lv::lv_led_create,
        "roller" => lv::lv_roller_create,
        "textarea" => lv::lv_textarea_create,
        _ => return None,
    })
}

fn depth(mut obj: *mut lv::lv_obj_t) -> usize {
    let mut depth = 0;
    while !obj.is_null() {
        depth += 1;
        obj = unsafe { lv::lv_obj_get_parent(obj) };
    }
    depth
}

fn room(parent: *mut lv::lv_obj_t) -> Result<(), Code> {
    if depth(parent) >= DEPTH {
        return fail(Code::BadArgument, format!("objects nest at most {DEPTH} deep, screen included"));
    }
    state::with(|s| {
        if s.objects.len() >= OBJECTS {
            return fail(Code::BadArgument, format!("there are {OBJECTS} objects already: delete some"));
        }
        Ok(())
    })
}

/// A new object's handle.
#[napi(namespace = "lvgl")]
pub fn create(kind: String, parent: u32) -> Result<u32, Code> {
    let parent = state::object(parent)?;
    let Some(create) = creator(&kind) else {
        return fail(Code::BadArgument, format!("there is no widget \"{kind}\""));
    };
    room(parent)?;
    state::adopt(unsafe { create(parent) })
}

/// A new screen's handle; it is not shown yet.
#[napi(namespace = "lvgl")]
pub fn create_screen() -> Result<u32, Code> {
    state::with(|_| Ok(()))?;
    room(std::ptr::null_mut())?;
    state::adopt(unsafe { lv::lv_obj_create(std::ptr::null_mut()) })
}

#[napi(namespace = "lvgl")]
pub fn load_screen(handle: u32) -> Result<(), Code> {
    let obj = state::object(handle)?;
    if !unsafe { lv::lv_obj_get_parent(obj) }.is_null() {
        return fail(Code::BadArgument, format!("object {handle} is no screen"));
    }
    unsafe { lv::lv_screen_load(obj) };
    Ok(())
}

/// Takes the finger off what is about to go. LVGL would do so when half of it is gone already, and tell the
/// object, which then looks for its children.
fn let_go(obj: *mut lv::lv_obj_t) -> Result<(), Code> {
    let indev = state::with(|s| Ok(s.indev))?;
    let pointer = unsafe { &(*indev).pointer };
    let touched = [pointer.act_obj, pointer.scroll_obj, pointer.last_pressed, pointer.last_hovered];
    if touched.iter().any(|o| within(*o, obj)) {
        unsafe {
            if lv::lv_indev_get_state(indev) == lv::lv_indev_state_t_LV_INDEV_STATE_PRESSED {
                lv::lv_indev_wait_release(indev); // what appears under the finger is not meant
            }
            lv::lv_indev_reset(indev, std::ptr::null_mut());
        }
    }
    Ok(())
}

fn within(mut obj: *mut lv::lv_obj_t, ancestor: *mut lv::lv_obj_t) -> bool {
    while !obj.is_null() && obj != ancestor {
        obj = unsafe { lv::lv_obj_get_parent(obj) };
    }
    !obj.is_null()
}

/// The object, all its children, and their handles with them.
#[napi(namespace = "lvgl")]
pub fn delete_object(handle: u32) -> Result<(), Code> {
    let obj = state::object(handle)?;
    if obj == unsafe { lv::lv_screen_active() } {
        return fail(Code::Busy, "the active screen cannot be deleted: load another one first");
    }
    let_go(obj)?;
    unsafe { lv::lv_obj_delete(obj) };
    Ok(())
}

/// All children.
#[napi(namespace = "lvgl")]
pub fn clean(handle: u32) -> Result<(), Code> {
    let obj = state::object(handle)?;
    // These are made of children of their own, which they follow without a look.
    let composed = [&raw const lv::lv_textarea_class, &raw const lv::lv_roller_class];
    if composed.iter().any(|class| unsafe { lv::lv_obj_has_class(obj, *class) }) {
        return fail(Code::BadArgument, "this widget cannot do without its children");
    }
    let_go(obj)?;
    unsafe { lv::lv_obj_clean(obj) };
    Ok(())
}

#[napi(namespace = "lvgl")]
pub fn exists(handle: u32) -> Result<bool, Code> {
    Ok(state::object(handle).is_ok())
}

/// Takes away what the theme has styled.
#[napi(namespace = "lvgl")]
pub fn remove_styles(handle: u32) -> Result<(), Code> {
    let obj = state::object(handle)?;
    unsafe { lv::lv_obj_remove_style_all(obj) };
    Ok(())
}

/// Where the object is after layout: x1, y1, x2, y2, absolute px, the last ones within.
#[napi(namespace = "lvgl")]
pub fn coords(handle: u32) -> Result<Vec<i32>, Code> {
    let obj = state::object(handle)?;
    let mut area: lv::lv_area_t = unsafe { std::mem::zeroed() };
    unsafe {
        lv::lv_obj_update_layout(obj);
        lv::lv_obj_get_coords(obj, &mut area);
    }
    Ok(vec![area.x1, area.y1, area.x2, area.y2])
}

/// Moves an object, with its children, under another parent.
pub fn move_under(obj: *mut lv::lv_obj_t, parent: *mut lv::lv_obj_t) -> Result<(), Code> {
    if unsafe { lv::lv_obj_get_parent(obj) }.is_null() {
        return fail(Code::BadArgument, "a screen has no parent");
    }
    if within(parent, obj) {
        return fail(Code::BadArgument, "an object cannot be moved into itself");
    }
    if depth(parent) + height(obj) > DEPTH {
        return fail(Code::BadArgument, format!("objects nest at most {DEPTH} deep, screen included"));
    }
    unsafe { lv::lv_obj_set_parent(obj, parent) };
    Ok(())
}

fn height(obj: *mut lv::lv_obj_t) -> usize {
    let children = unsafe { lv::lv_obj_get_child_count(obj) };
    let below = (0..children).map(|i| height(unsafe { lv::lv_obj_get_child(obj, i as i32) }));
    1 + below.max().unwrap_or(0)
}
