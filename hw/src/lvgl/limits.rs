//! What each numeric property may be. LVGL computes with whatever it gets: a scale of 0 divides by zero, a shadow
//! as wide as an int overflows its buffer. A property that is not listed here cannot be set.

use crate::error::{fail, int, Code};
use lightvgl_sys as lv;
use napi::Result;

/// px; more than any display has.
const LENGTH: i32 = 8192;
/// Percent of the parent's size.
const PERCENT: i32 = 400;

#[derive(Clone, Copy)]
enum Limit {
    /// A whole number from .. to.
    Range(i32, i32),
    /// The same, but what lies beyond is taken as the end: a gradient may well stop outside of its object. LVGL
    /// would keep the lowest byte of it.
    Clamped(i32, i32),
    /// px from .. to, or a percentage.
    Coordinate(i32, i32),
    /// px, a percentage up to 100, or as large as the content.
    Size,
    /// One of these.
    Choice(&'static [i32]),
}

use Limit::{Choice, Clamped, Coordinate, Range, Size};

fn limit(name: &str) -> Option<Limit> {
    Some(match name {
        "w" | "h" | "width" | "height" | "min_width" | "min_height" | "max_width" | "max_height" => Size,
        "x" | "y" | "translate_x" | "translate_y" => Coordinate(-LENGTH, LENGTH),
        "transform_pivot_x" | "transform_pivot_y" => Coordinate(-LENGTH, LENGTH),
        "transform_width" | "transform_height" => Coordinate(-512, 512),
        "content_width" | "content_height" | "length" => Range(0, LENGTH),
        "translate_radial" | "radial_offset" | "pad_radial" => Range(-1024, 1024),
        "offset_x" | "offset_y" => Range(-LENGTH, LENGTH),
        "pad_top" | "pad_bottom" | "pad_left" | "pad_right" | "pad_row" | "pad_column" => Range(-512, 4096),
        "margin_top" | "margin_bottom" | "margin_left" | "margin_right" => Range(-512, 4096),
        "radius" => Range(0, lv::LV_RADIUS_CIRCLE as i32),
        "border_width" | "outline_width" | "line_width" | "arc_width" => Range(0, 1024),
        "line_dash_width" | "line_dash_gap" => Range(0, 1024),
        "outline_pad" => Range(-512, 512),
        "shadow_width" => Range(0, 200),
        "shadow_spread" => Range(-200, 200),
        "shadow_offset_x" | "shadow_offset_y" | "drop_shadow_offset_x" | "drop_shadow_offset_y" => {
            Range(-512, 512)
        }
        "blur_radius" | "drop_shadow_radius" => Range(0, 64),
        "blur_quality" | "drop_shadow_quality" => Range(0, 2),
        "text_letter_space" => Range(-100, 200),
        "text_line_space" => Range(-100, 400),
        "text_outline_stroke_width" => Range(0, 32),
        "transform_scale_x" | "transform_scale_y" | "scale" | "scale_x" | "scale_y" => Range(16, 4096),
        "transform_rotation" => Range(-36_000, 36_000),
        // transform_skew_x, _y: LVGL 9.5 uses a freed layer when something in a skewed object is transformed, too.
        "bg_main_stop" | "bg_grad_stop" => Clamped(0, 255),
        "brightness" | "flex_grow" => Range(0, 255),
        _ if name.ends_with("opa") || name == "opa_layered" => Range(0, 255),
        "anim_duration" => Range(1, 60_000),
        "align" => Range(0, lv::lv_align_t_LV_ALIGN_CENTER as i32),
        "text_align" | "text_decor" | "scroll_snap_x" | "scroll_snap_y" | "scrollbar_mode" => Range(0, 3),
        "bg_grad_dir" | "orientation" => Range(0, 2),
        "mode" => Range(0, 2),
        "blend_mode" => Range(0, 4),
        "border_side" => Range(0, 31),
        "scroll_dir" => Range(0, 15),
        "layout" => Range(0, lv::lv_layout_t_LV_LAYOUT_FLEX as i32),
        "flex_flow" => Choice(&[0, 1, 4, 5, 8, 9, 12, 13]),
        "flex_main_place" | "flex_cross_place" | "flex_track_place" => Range(0, 5),
        "long_mode" => Range(0, 4),
        "inner_align" => Range(0, 12),
        "antialias" => Range(0, 1),
        "text_selection_start" | "text_selection_end" => Range(0, 0xffff),
        "value" | "left_value" | "start_value" | "min_value" | "max_value" => Range(-100_000, 100_000),
        "start_angle" | "end_angle" | "bg_start_angle" | "bg_end_angle" | "arc_sweep" => Range(0, 360),
        "rotation" => Range(-36_000, 36_000),
        "knob_offset" => Range(-360, 360),
        "change_rate" => Range(1, 100_000),
        "selected" => Range(0, 10_000),
        "visible_row_count" => Range(1, 50),
        "cursor_pos" => Range(0, 0x7fff),
        "max_length" => Range(0, 65_536),
        _ => return None,
    })
}

fn is_special(value: i32) -> bool {
    value as u32 & lv::LV_COORD_TYPE_MASK == lv::LV_COORD_TYPE_SPEC
}

fn content() -> i32 {
    (lv::LV_COORD_TYPE_SPEC | lv::LV_COORD_MAX) as i32
}

fn percentage(value: i32) -> i32 {
    let plain = (value as u32 & !lv::LV_COORD_TYPE_MASK) as i32;
    let positive = lv::LV_PCT_POS_MAX as i32;
    if plain > positive {
        positive - plain
    } else {
        plain
    }
}

/// The number, if the property takes it.
pub fn check(name: &str, value: f64) -> Result<i32, Code> {
    let Some(limit) = limit(name) else {
        return fail(Code::BadArgument, format!("{name} cannot be set"));
    };
    match limit {
        Range(min, max) => int(name, value, min, max),
        Clamped(min, max) => Ok(int(name, value, i32::MIN, i32::MAX)?.clamp(min, max)),
        Choice(values) => {
            let number = int(name, value, 0, i32::MAX)?;
            if values.contains(&number) {
                Ok(number)
            } else {
                fail(Code::BadArgument, format!("{name} is one of {values:?}, not {number}"))
            }
        }
        Coordinate(..) | Size => length(name, value, limit),
    }
}

fn length(name: &str, value: f64, limit: Limit) -> Result<i32, Code> {
    let (min, max, percent) = match limit {
        Coordinate(min, max) => (min, max, -PERCENT..=PERCENT),
        _ => (0, LENGTH, 0..=100),
    };
    let number = int(name, value, i32::MIN, i32::MAX)?;
    if !is_special(number) {
        return int(name, value, min, max);
    }
    if number == content() && matches!(limit, Size) {
        return Ok(number);
    }
    if number != content() && percent.contains(&percentage(number)) {
        return Ok(number);
    }
    fail(
        Code::BadArgument,
        format!("{name} is {min} to {max} px, or {} to {} percent", percent.start(), percent.end()),
    )
}

/// Flags that LVGL keeps for itself, or that it looks for a parent for.
pub fn check_flag(name: &str, is_screen: bool) -> Result<(), Code> {
    let internal = matches!(
        name,
        "flag_layout_1" | "flag_layout_2" | "flag_widget_1" | "flag_widget_2" | "flag_send_draw_task_events"
    );
    let of_children =
        matches!(name, "flag_hidden" | "flag_ignore_layout" | "flag_floating" | "flag_flex_in_new_track");
    if internal || (of_children && is_screen) {
        let why = if internal { "is LVGL's own" } else { "is not for screens" };
        return fail(Code::BadArgument, format!("{name} {why}"));
    }
    Ok(())
}
