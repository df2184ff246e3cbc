//! LVGL behind integer handles. All of it lives on the process's main thread; LVGL never calls JavaScript:
//! its events are queued and handed out after the call that caused them has returned.

mod display;
mod event;
mod font;
mod image;
mod limits;
mod object;
mod picture;
mod property;
mod runtime;
mod sfnt;
mod state;
