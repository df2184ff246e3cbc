/* LVGL's own assert handler is an endless loop; ours (src/lvgl/runtime.rs) says where and ends the process. */
#ifndef LV_ASSERT_HOOK_H
#define LV_ASSERT_HOOK_H
void lv_assert_hook(const char * file, int line, const char * func);
#endif
