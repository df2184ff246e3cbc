/* LVGL's configuration: only what differs from its defaults (lv_conf_internal.h supplies the rest). */
#ifndef LV_CONF_H
#define LV_CONF_H

#define LV_COLOR_DEPTH 32
#define LV_USE_STDLIB_MALLOC LV_STDLIB_CLIB
#define LV_USE_STDLIB_STRING LV_STDLIB_CLIB
#define LV_USE_STDLIB_SPRINTF LV_STDLIB_CLIB
#define LV_USE_OS LV_OS_NONE
#define LV_DRAW_SW_DRAW_UNIT_CNT 1

/* ms between two drawings at most; one video frame at 50 Hz */
#define LV_DEF_REFR_PERIOD 20

/* Warnings go into the message of the error that follows them. */
#define LV_USE_LOG 1
#define LV_LOG_LEVEL LV_LOG_LEVEL_WARN
#define LV_LOG_PRINTF 0

#define LV_ASSERT_HANDLER_INCLUDE "lv_assert_hook.h"
#define LV_ASSERT_HANDLER lv_assert_hook(__FILE__, __LINE__, __func__);
#define LV_USE_ASSERT_NULL 1
#define LV_USE_ASSERT_MALLOC 1
#define LV_USE_ASSERT_OBJ 0

/* The property table: one set() and get() by name for all widgets and styles. */
#define LV_USE_OBJ_PROPERTY 1
#define LV_USE_OBJ_PROPERTY_NAME 1

#define LV_FONT_MONTSERRAT_14 1
#define LV_USE_TINY_TTF 1
#define LV_TINY_TTF_FILE_SUPPORT 0
#define LV_TINY_TTF_CACHE_GLYPH_CNT 256
#define LV_TINY_TTF_CACHE_KERNING_CNT 256

#define LV_USE_SNAPSHOT 1
#define LV_USE_THEME_DEFAULT 1
#define LV_THEME_DEFAULT_DARK 1
#define LV_USE_THEME_SIMPLE 0
#define LV_USE_THEME_MONO 0
#define LV_BUILD_EXAMPLES 0
#define LV_BUILD_DEMOS 0

#endif
