//! A line that we drive.

use super::request;
use crate::error::{int, Code};
use gpiocdev::line::Value;
use gpiocdev::Request;
use napi::bindgen_prelude::*;
use napi_derive::napi;

#[napi(object, namespace = "gpio")]
pub struct OutputOptions {
    /// `/dev/gpiochipN`, or its last part.
    pub chip: String,
    pub line: f64,
    pub active_low: bool,
    /// The level from the first moment on, logical.
    pub initial: bool,
    /// Who has the line, as others will see it.
    pub consumer: String,
}

/// A requested output line; closed at the latest when it is collected.
#[napi(namespace = "gpio")]
pub struct Output {
    request: Option<Request>,
    line: u32,
}

#[napi(namespace = "gpio")]
pub fn open_output(options: OutputOptions) -> Result<Output, Code> {
    let initial = Value::from(options.initial);
    let mut builder = request::line(&options.chip, options.line, &options.consumer, |b| {
        b.as_output(initial);
        if options.active_low {
            b.as_active_low();
        }
    })?;
    match builder.request() {
        Ok(request) => {
            Ok(Output { request: Some(request), line: int("line", options.line, 0, i32::MAX)? as u32 })
        }
        Err(e) => request::refused(&options.chip, options.line, &e),
    }
}

#[napi(namespace = "gpio")]
impl Output {
    /// Sets the logical level.
    #[napi]
    pub fn write(&self, active: bool) -> Result<(), Code> {
        let Some(r) = &self.request else { return request::closed(self.line) };
        r.set_value(self.line, Value::from(active)).or_else(|e| request::failed(self.line, &e))
    }

    /// The logical level.
    #[napi]
    pub fn read(&self) -> Result<bool, Code> {
        let Some(r) = &self.request else { return request::closed(self.line) };
        r.value(self.line).map(|v| v == Value::Active).or_else(|e| request::failed(self.line, &e))
    }

    /// Gives the line back to the kernel, as it is. Idempotent.
    #[napi]
    pub fn close(&mut self) {
        self.request = None;
    }
}
