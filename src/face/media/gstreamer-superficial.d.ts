// Types of gstreamer-superficial 1.7.4, which ships none: what its C++ source does, not what its README says.
declare module 'gstreamer-superficial' {
  /** What can be written to a property at run time. Enums, structures and arrays go into the launch string. */
  export type PropertyValue = number | boolean | string;

  /**
   * What a property, a message field or a caps field reads as. Numbers of 64 bits, enums, arrays and structures
   * come as text, e.g. `"GST_STATE_READY"`, `"< -16.99 >"`.
   */
  export type ReadValue = number | boolean | string | Buffer | Sample | ReadValue[] | null | undefined;

  /** The first structure of a caps: its name and its fields. */
  export type Caps = Readonly<Record<string, ReadValue>>;

  /** A sample read from a property such as `last-sample`. */
  export interface Sample {
    buf: Buffer | null;
    caps: Caps;
  }

  /** A message of the pipeline's bus: its type and the fields of its structure. */
  export interface BusMessage {
    /** `error`, `warning`, `state-changed`, `element`, ...; a structure's own field `type` overwrites it. */
    type: string;
    /** Name of the element (or pad) that posted it. */
    _src_element_name: string;
    /** `error` only: what happened, for a person. */
    message?: string;
    [field: string]: ReadValue;
  }

  /**
   * An element. Every GObject property is an accessor: numbers pass through a 32-bit float, text is parsed only for
   * caps, and a value that does not fit is dropped with a GLib warning.
   */
  export type Element = Record<string, unknown>;

  /** An `appsink`. */
  export interface AppSink extends Element {
    /**
     * Waits on a thread of libuv's pool for one sample. `buffer` is a copy that belongs to the caller, null at the
     * end of the stream or when the pipeline is not running. Without a callback the process aborts.
     */
    pull(callback: (buffer: Buffer | null, caps: Caps) => void): void;
  }

  /** A pipeline; it is never freed, not even when unreachable. */
  export class Pipeline {
    /** @throws Error with GStreamer's message where the description cannot be parsed or an element is missing */
    constructor(description: string);
    /** To PLAYING; a failure shows on the bus only. */
    play(): void;
    pause(): void;
    /** To NULL; when it returns, threads and sockets of the pipeline are gone. */
    stop(): void;
    findChild(name: string): Element | undefined;
    /**
     * Calls back for every message, waiting on a thread of libuv's pool. Ends only when the pipeline is in NULL at
     * the moment a callback returns.
     */
    pollBus(callback: (message: BusMessage) => void): void;
  }
}
