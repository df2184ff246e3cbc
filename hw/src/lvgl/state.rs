//! What is alive: the one LVGL, its objects by handle, and all memory that LVGL borrows from us.

use super::display::Memory;
use crate::error::{fail, Code};
use lightvgl_sys as lv;
use napi::Result;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;

/// An event that a listener waits for.
pub struct Fired {
    pub subscription: u32,
    pub x: i32,
    pub y: i32,
}

/// A listener's place: the object it listens to and LVGL's event code.
pub struct Subscription {
    pub object: u32,
    pub code: u32,
}

pub struct State {
    pub display: *mut lv::lv_display_t,
    pub indev: *mut lv::lv_indev_t,
    pub memory: Memory,
    pub objects: HashMap<u32, *mut lv::lv_obj_t>,
    pub handles: HashMap<*mut lv::lv_obj_t, u32>,
    pub subscriptions: HashMap<u32, Subscription>,
    pub fired: Vec<Fired>,
    pub pictures: HashMap<u32, super::image::Picture>,
    pub fonts: HashMap<u32, super::font::Loaded>,
    pub font_files: HashMap<String, Box<[u8]>>,
    pub touches: VecDeque<super::runtime::Touch>,
    pub touch: super::runtime::Touch,
    /// Something was drawn since the last look.
    pub drawn: bool,
    /// LVGL has a timer that was not there, or not running, at the last look.
    pub wake: bool,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
    static LAST_HANDLE: Cell<u32> = const { Cell::new(0) };
}

pub fn install(state: State) {
    STATE.set(Some(state));
}

pub fn take() -> Option<State> {
    STATE.take()
}

/// A short borrow of the state. LVGL must not be called within `f`: it calls back into us.
pub fn with<T>(f: impl FnOnce(&mut State) -> Result<T, Code>) -> Result<T, Code> {
    STATE.with(|s| match s.borrow_mut().as_mut() {
        Some(s) => f(s),
        None => fail(
            Code::NotInitialized,
            "LVGL does not run on this thread: call start() first, on the main thread",
        ),
    })
}

/// The same for LVGL's callbacks, which have nobody to tell.
pub fn peek(f: impl FnOnce(&mut State)) {
    STATE.with(|s| {
        if let Ok(mut s) = s.try_borrow_mut() {
            if let Some(s) = s.as_mut() {
                f(s);
            }
        }
    });
}

/// Handles are never used twice, not even after a restart, so an old one can only be stale.
pub fn next_handle() -> Result<u32, Code> {
    let Some(next) = LAST_HANDLE.get().checked_add(1) else {
        return fail(Code::Lvgl, "all handles of this process are used up: restart it");
    };
    LAST_HANDLE.set(next);
    Ok(next)
}

/// The object behind a handle.
pub fn object(handle: u32) -> Result<*mut lv::lv_obj_t, Code> {
    with(|s| match s.objects.get(&handle) {
        Some(p) => Ok(*p),
        None => fail(Code::StaleHandle, format!("object {handle} was deleted")),
    })
}

/// The object behind a handle, which has to be of a class: LVGL's own functions do not look.
pub fn object_of(
    handle: u32,
    class: *const lv::lv_obj_class_t,
    name: &str,
) -> Result<*mut lv::lv_obj_t, Code> {
    let obj = object(handle)?;
    if unsafe { lv::lv_obj_has_class(obj, class) } {
        Ok(obj)
    } else {
        fail(Code::BadArgument, format!("object {handle} is no {name}"))
    }
}

/// Gives a fresh object its handle, and takes it back when LVGL deletes the object.
pub fn adopt(obj: *mut lv::lv_obj_t) -> Result<u32, Code> {
    if obj.is_null() {
        return fail(Code::Lvgl, "LVGL could not make the object");
    }
    let handle = next_handle()?;
    with(|s| {
        s.objects.insert(handle, obj);
        s.handles.insert(obj, handle);
        Ok(())
    })?;
    unsafe {
        lv::lv_obj_add_event_cb(
            obj,
            Some(on_delete),
            lv::lv_event_code_t_LV_EVENT_DELETE,
            handle as usize as *mut c_void,
        );
    }
    Ok(handle)
}

unsafe extern "C" fn on_delete(event: *mut lv::lv_event_t) {
    let handle = unsafe { lv::lv_event_get_user_data(event) } as usize as u32;
    peek(|s| {
        if let Some(obj) = s.objects.remove(&handle) {
            s.handles.remove(&obj);
        }
        s.pictures.remove(&handle);
        let State { subscriptions, fired, .. } = s;
        subscriptions.retain(|id, subscription| {
            let gone = subscription.object == handle;
            if gone {
                // Told for every subscription, so that its listener is forgotten, too.
                fired.push(Fired { subscription: *id, x: super::event::GONE, y: 0 });
            }
            !gone
        });
    });
}
