//! Subscriptions. LVGL's events are queued here; TypeScript fetches them when LVGL has returned, so a listener
//! may delete, draw or stop whatever it likes: LVGL is never in the middle of something then.

use super::state::{self, Fired, Subscription};
use crate::error::{fail, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::ffi::c_void;

/// In `x`: the object was deleted, this is the subscription's last event.
pub const GONE: i32 = i32::MIN;
/// In `x` and `y`: the event has no place.
const NOWHERE: i32 = -1;
/// A listener that falls behind that far gets no more events than these.
const QUEUE: usize = 10_000;
const PER_OBJECT: usize = 64;

/// What happens to an object by touch or by its own doing. Drawing and layout are LVGL's own business.
fn may_subscribe(code: u32) -> bool {
    (lv::lv_event_code_t_LV_EVENT_PRESSED..=lv::lv_event_code_t_LV_EVENT_HOVER_LEAVE).contains(&code)
        && code != lv::lv_event_code_t_LV_EVENT_HIT_TEST
        || (lv::lv_event_code_t_LV_EVENT_VALUE_CHANGED..=lv::lv_event_code_t_LV_EVENT_CANCEL).contains(&code)
        || code == lv::lv_event_code_t_LV_EVENT_DELETE
}

unsafe extern "C" fn on_event(event: *mut lv::lv_event_t) {
    let subscription = unsafe { lv::lv_event_get_user_data(event) } as usize as u32;
    let mut point = lv::lv_point_t { x: NOWHERE, y: NOWHERE };
    unsafe {
        let indev = lv::lv_indev_active();
        if !indev.is_null() {
            lv::lv_indev_get_point(indev, &mut point);
        }
    }
    state::peek(|s| {
        if s.fired.len() < QUEUE {
            s.fired.push(Fired { subscription, x: point.x, y: point.y });
        }
    });
}

/// What LVGL's widgets take without a parameter: the others would read one that is not there.
fn may_send(code: u32) -> bool {
    [
        lv::lv_event_code_t_LV_EVENT_PRESSED,
        lv::lv_event_code_t_LV_EVENT_PRESS_LOST,
        lv::lv_event_code_t_LV_EVENT_SHORT_CLICKED,
        lv::lv_event_code_t_LV_EVENT_LONG_PRESSED,
        lv::lv_event_code_t_LV_EVENT_CLICKED,
        lv::lv_event_code_t_LV_EVENT_RELEASED,
        lv::lv_event_code_t_LV_EVENT_FOCUSED,
        lv::lv_event_code_t_LV_EVENT_DEFOCUSED,
        lv::lv_event_code_t_LV_EVENT_VALUE_CHANGED,
        lv::lv_event_code_t_LV_EVENT_REFRESH,
        lv::lv_event_code_t_LV_EVENT_READY,
        lv::lv_event_code_t_LV_EVENT_CANCEL,
    ]
    .contains(&code)
}

fn check(code: f64, allowed: fn(u32) -> bool, what: &str) -> Result<u32, Code> {
    if code >= 0.0 && code.fract() == 0.0 && allowed(code as u32) {
        Ok(code as u32)
    } else {
        fail(Code::BadArgument, format!("{code} is no event to {what}"))
    }
}

/// The subscription's number.
#[napi(namespace = "lvgl")]
pub fn subscribe(handle: u32, code: f64) -> Result<u32, Code> {
    let code = check(code, may_subscribe, "listen to")?;
    let obj = state::object(handle)?;
    let id = state::next_handle()?;
    state::with(|s| {
        if s.subscriptions.values().filter(|o| o.object == handle).count() >= PER_OBJECT {
            return fail(
                Code::BadArgument,
                format!("object {handle} has {PER_OBJECT} listeners already: unsubscribe the old ones"),
            );
        }
        s.subscriptions.insert(id, Subscription { object: handle, code });
        Ok(())
    })?;
    // The end of an object is noticed by on_delete for all its subscriptions.
    if code != lv::lv_event_code_t_LV_EVENT_DELETE {
        unsafe { lv::lv_obj_add_event_cb(obj, Some(on_event), code, id as usize as *mut c_void) };
    }
    Ok(id)
}

/// Idempotent.
#[napi(namespace = "lvgl")]
pub fn unsubscribe(id: u32) -> Result<(), Code> {
    let Some(subscription) = state::with(|s| Ok(s.subscriptions.remove(&id)))? else {
        return Ok(());
    };
    if subscription.code != lv::lv_event_code_t_LV_EVENT_DELETE {
        let obj = state::object(subscription.object)?;
        unsafe {
            lv::lv_obj_remove_event_cb_with_user_data(obj, Some(on_event), id as usize as *mut c_void);
        }
    }
    Ok(())
}

/// Sends an event as LVGL itself would.
#[napi(namespace = "lvgl")]
pub fn send(handle: u32, code: f64) -> Result<(), Code> {
    let code = check(code, may_send, "send")?;
    let obj = state::object(handle)?;
    unsafe { lv::lv_obj_send_event(obj, code, std::ptr::null_mut()) };
    Ok(())
}

/// Bits of `status()`.
const STATUS_EVENTS: u32 = 1;
const STATUS_WAKE: u32 = 2;
const STATUS_DRAWN: u32 = 4;

/// What the call before has brought about: 1 = events wait, 2 = a timer was started, 4 = something was drawn.
/// The last two are forgotten by being asked for.
#[napi(namespace = "lvgl")]
pub fn status() -> Result<u32, Code> {
    state::with(|s| {
        let events = if s.fired.is_empty() { 0 } else { STATUS_EVENTS };
        let wake = if std::mem::take(&mut s.wake) { STATUS_WAKE } else { 0 };
        let drawn = if std::mem::take(&mut s.drawn) { STATUS_DRAWN } else { 0 };
        Ok(events | wake | drawn)
    })
}

/// The events that wait, oldest first, three numbers each: subscription, x, y.
#[napi(namespace = "lvgl")]
pub fn events() -> Result<Vec<i32>, Code> {
    state::with(|s| {
        let fired = std::mem::take(&mut s.fired);
        Ok(fired.iter().flat_map(|e| [e.subscription as i32, e.x, e.y]).collect())
    })
}
