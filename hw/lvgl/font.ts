// A font that LVGL has loaded.

/** A TrueType font in one size; made by `Lvgl.createFont()`, alive until `Lvgl.stop()`. */
export class Font {
  /** @param handle the addon's number for it */
  constructor(readonly handle: number) {}
}
