// Loads the native addon. It lies next to this file as `kalitka_hw.node`, put there by scripts/build-hw.
import { createRequire } from 'node:module';
import { KalitkaError } from '../src/system/errors.js';

/** LVGL's half of the addon; handles are positive integers, and every function may throw `{ code: 'LV_...' }`. */
export interface NativeLvgl {
  start(width: number, height: number, file: string | undefined): number;
  stop(): void;
  tick(): number;
  renderNow(): void;
  touch(x: number, y: number, pressed: boolean): void;
  status(): number;
  events(): number[];
  create(kind: string, parent: number): number;
  createScreen(): number;
  loadScreen(screen: number): void;
  deleteObject(object: number): void;
  clean(object: number): void;
  exists(object: number): boolean;
  removeStyles(object: number): void;
  coords(object: number): number[];
  set(object: number, name: string, value: number | boolean | string, selector: number): void;
  get(object: number, name: string): number | boolean | string;
  subscribe(object: number, code: number): number;
  unsubscribe(subscription: number): void;
  send(object: number, code: number): void;
  createFont(path: string, size: number, fallback: number): number;
  imageFrame(object: number, bytes: Uint8Array, width: number, height: number, stride: number): void;
  imagePng(object: number, png: Uint8Array): void;
  screenshot(): Buffer;
  snapshot(object: number): Buffer;
}

/** An edge of an input line, or, with `error` (a GPIO_ code), the end of watching it. */
export interface NativeInputEvent {
  active: boolean;
  at: number;
  sequence: number;
  error?: string;
  message?: string;
}

interface NativeLineOptions {
  chip: string;
  line: number;
  activeLow: boolean;
  consumer: string;
}

/** The GPIO half; every function may throw `{ code: 'GPIO_...' }`. */
export interface NativeGpio {
  chips(): { path: string; name: string; label: string; lines: number }[];
  openInput(
    options: NativeLineOptions & { bias: string; debounce: number },
    listener: (event: NativeInputEvent) => void,
  ): { readonly debounced: boolean; read(): boolean; close(): void };
  openOutput(options: NativeLineOptions & { initial: boolean }): {
    write(active: boolean): void;
    read(): boolean;
    close(): void;
  };
}

export interface Native {
  lvgl: NativeLvgl;
  gpio: NativeGpio;
}

let loaded: Native | undefined;

/**
 * The addon, loaded at the first call: importing this file alone does nothing.
 * @throws KalitkaError `HW_NO_ADDON`: it was not built, or not for this machine
 */
export function native(): Native {
  if (loaded) return loaded;
  try {
    loaded = createRequire(import.meta.url)('./kalitka_hw.node') as Native;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new KalitkaError(
      'HW_NO_ADDON',
      `The native addon cannot be loaded (npm run build builds it): ${reason}`,
      {
        cause,
      },
    );
  }
  return loaded;
}
