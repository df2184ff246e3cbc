//! Kalitka's native addon: LVGL with its display and touch in `lvgl`, the GPIO character device in `gpio`.
//! Everything that TypeScript hands over is checked here: no value of it may reach an assert or bad memory.

mod error;
mod gpio;
mod lvgl;
