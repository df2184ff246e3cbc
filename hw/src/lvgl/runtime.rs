//! Start, stop, time, touch, drawing, and what LVGL tells us about itself.

use super::display::Memory;
use super::state::{self, State};
use crate::error::{fail, int, Code};
use lightvgl_sys as lv;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ffi::{c_char, c_int, c_void, CStr};
use std::sync::OnceLock;
use std::time::Instant;

/// A finger, px.
#[derive(Clone, Copy, Default)]
pub struct Touch {
    x: i32,
    y: i32,
    pressed: bool,
}

/// px. LVGL scrolls with a speed in parts of the display's size: below some 40 px it is zero, and divided by.
const SMALLEST: i32 = 64;
/// It also draws layers in strips of 24 KB: above some 6000 px there is no whole row in one, and no end.
const LARGEST: i32 = 4096;

thread_local! {
    static COMPLAINT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What LVGL warned of since the last look: the reason of an error that follows.
pub fn complaint() -> Option<String> {
    COMPLAINT.take()
}

unsafe extern "C" fn milliseconds() -> u32 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u32
}

unsafe extern "C" fn on_log(_level: lv::lv_log_level_t, text: *const c_char) {
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    COMPLAINT.set(Some(text.trim().replace('\t', " ")));
}

/// LVGL's memory cannot be trusted any more: say where, and end the process for its supervisor to start again.
#[no_mangle]
unsafe extern "C" fn lv_assert_hook(file: *const c_char, line: c_int, function: *const c_char) {
    let (file, function) = unsafe { (CStr::from_ptr(file), CStr::from_ptr(function)) };
    eprintln!(
        "LVGL: assertion failed in {} ({}:{line}): {}",
        function.to_string_lossy(),
        file.to_string_lossy(),
        complaint().unwrap_or_default(),
    );
    std::process::abort();
}

unsafe extern "C" fn on_flush(display: *mut lv::lv_display_t, area: *const lv::lv_area_t, _pixels: *mut u8) {
    let area = unsafe { &*area };
    state::peek(|s| {
        s.memory.make_opaque(
            area.x1.max(0) as usize,
            area.y1.max(0) as usize,
            area.x2.max(0) as usize,
            area.y2.max(0) as usize,
        );
        s.drawn = true;
    });
    unsafe { lv::lv_display_flush_ready(display) };
}

unsafe extern "C" fn on_timer_resumed(_data: *mut c_void) {
    state::peek(|s| s.wake = true);
}

unsafe extern "C" fn on_read(_indev: *mut lv::lv_indev_t, data: *mut lv::lv_indev_data_t) {
    state::peek(|s| {
        if let Some(touch) = s.touches.pop_front() {
            s.touch = touch;
        }
        let data = unsafe { &mut *data };
        data.point = lv::lv_point_t { x: s.touch.x, y: s.touch.y };
        data.state = if s.touch.pressed {
            lv::lv_indev_state_t_LV_INDEV_STATE_PRESSED
        } else {
            lv::lv_indev_state_t_LV_INDEV_STATE_RELEASED
        };
        data.continue_reading = !s.touches.is_empty();
    });
}

/// LVGL is one per process, and Node's main thread is the only one that outlives all others.
fn on_main_thread() -> bool {
    unsafe { libc::gettid() == libc::getpid() }
}

/// Starts LVGL on a memory display; the active screen's handle.
#[napi(namespace = "lvgl")]
pub fn start(width: f64, height: f64, file: Option<String>) -> Result<u32, Code> {
    if !on_main_thread() {
        return fail(Code::WrongThread, "LVGL runs on the main thread only, not in a worker");
    }
    if state::with(|_| Ok(())).is_ok() {
        return fail(Code::AlreadyInitialized, "LVGL runs already: one per process, stop() it first");
    }
    let (width, height) =
        (int("width", width, SMALLEST, LARGEST)?, int("height", height, SMALLEST, LARGEST)?);
    if width * height > 16 << 20 {
        return fail(Code::BadArgument, "the display has more than 16 million pixels");
    }
    let mut memory = Memory::new(width as u32, height as u32, file.as_deref())?;
    let (display, indev, screen);
    unsafe {
        lv::lv_init();
        lv::lv_log_register_print_cb(Some(on_log));
        lv::lv_tick_set_cb(Some(milliseconds));
        display = lv::lv_display_create(width, height);
        lv::lv_display_set_color_format(display, lv::lv_color_format_t_LV_COLOR_FORMAT_XRGB8888);
        lv::lv_display_set_buffers(
            display,
            memory.pixels().as_mut_ptr().cast::<c_void>(),
            std::ptr::null_mut(),
            (width * height * 4) as u32,
            lv::lv_display_render_mode_t_LV_DISPLAY_RENDER_MODE_DIRECT,
        );
        lv::lv_display_set_flush_cb(display, Some(on_flush));
        indev = lv::lv_indev_create();
        lv::lv_indev_set_type(indev, lv::lv_indev_type_t_LV_INDEV_TYPE_POINTER);
        lv::lv_indev_set_read_cb(indev, Some(on_read));
        lv::lv_indev_set_mode(indev, lv::lv_indev_mode_t_LV_INDEV_MODE_EVENT);
        lv::lv_timer_handler_set_resume_cb(Some(on_timer_resumed), std::ptr::null_mut());
        screen = lv::lv_screen_active();
    }
    state::install(State {
        display,
        indev,
        memory,
        objects: HashMap::new(),
        handles: HashMap::new(),
        subscriptions: HashMap::new(),
        fired: Vec::new(),
        pictures: HashMap::new(),
        fonts: HashMap::new(),
        font_files: HashMap::new(),
        touches: VecDeque::new(),
        touch: Touch::default(),
        drawn: false,
        wake: true,
    });
    state::adopt(screen)
}

/// Deletes everything and gives all memory back. The display's file stays as it is.
#[napi(namespace = "lvgl")]
pub fn stop() -> Result<(), Code> {
    let (display, indev, fonts) = state::with(|s| Ok((s.display, s.indev, std::mem::take(&mut s.fonts))))?;
    unsafe {
        lv::lv_indev_reset(indev, std::ptr::null_mut());
        lv::lv_display_delete(display); // and with it every screen, so that no font is in use any more
        drop(fonts);
        lv::lv_deinit();
        lv::lv_timer_handler_set_resume_cb(None, std::ptr::null_mut());
    }
    drop(state::take());
    Ok(())
}

/// Runs LVGL's due timers; ms until the next is due, 4294967295 = none runs.
#[napi(namespace = "lvgl")]
pub fn tick() -> Result<u32, Code> {
    state::with(|_| Ok(()))?;
    let next = unsafe { lv::lv_timer_handler() };
    state::with(|s| {
        s.wake = false;
        Ok(next)
    })
}

/// Draws what is dirty.
#[napi(namespace = "lvgl")]
pub fn render_now() -> Result<(), Code> {
    let display = state::with(|s| Ok(s.display))?;
    unsafe { lv::lv_refr_now(display) };
    Ok(())
}

/// A finger at px, clamped to the display; `pressed` false = lifted.
#[napi(namespace = "lvgl")]
pub fn touch(x: f64, y: f64, pressed: bool) -> Result<(), Code> {
    if !x.is_finite() || !y.is_finite() {
        return fail(Code::BadArgument, format!("a touch needs finite px, not {x}, {y}"));
    }
    let indev = state::with(|s| {
        s.touches.push_back(Touch {
            x: x.clamp(0.0, f64::from(s.memory.width - 1)) as i32,
            y: y.clamp(0.0, f64::from(s.memory.height - 1)) as i32,
            pressed,
        });
        Ok(s.indev)
    })?;
    unsafe {
        // What was added just now is to be found where it will be drawn.
        lv::lv_obj_update_layout(lv::lv_screen_active());
        lv::lv_indev_read(indev);
    }
    Ok(())
}
