// LVGL for TypeScript: the public face of this folder.
export { Lvgl, type DisplayOptions } from './lvgl.js';
export { Obj, type PropsOf, type ReadableOf, type Selector } from './obj.js';
export { Font } from './font.js';
export { LvglError, type LvglErrorCode } from './error.js';
export type { LvEvent } from './events.js';
export { pct, radiusCircle, sizeContent } from './coordinate.js';
export * from './generated.js';
