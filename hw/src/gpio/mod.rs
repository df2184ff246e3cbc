//! The GPIO character device (`/dev/gpiochipN`, uAPI v2): lines asked for, watched and released.

mod chip;
mod errno;
mod input;
mod output;
mod request;
