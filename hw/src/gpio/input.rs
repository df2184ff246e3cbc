//! A line that we watch: a thread sleeps on its descriptor and hands edges to JavaScript.

use super::{errno, request};
use crate::error::{fail, int, Code};
use gpiocdev::line::{EdgeDetection, EdgeKind, Value};
use gpiocdev::Request;
use napi::bindgen_prelude::*;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

#[napi(object, namespace = "gpio")]
pub struct InputOptions {
    /// `/dev/gpiochipN`, or its last part.
    pub chip: String,
    pub line: f64,
    pub active_low: bool,
    /// `up`, `down`, `none` (switched off), `as-is`.
    pub bias: String,
    /// ms; 0 = the kernel does not debounce.
    pub debounce: f64,
    pub consumer: String,
}

/// An edge, or with `error` the end of watching.
#[napi(object, namespace = "gpio")]
pub struct InputEvent {
    /// The logical level after the edge.
    pub active: bool,
    /// The kernel's time of it, ms of CLOCK_MONOTONIC.
    pub at: f64,
    /// Counts the line's edges; a gap means that some were lost.
    pub sequence: u32,
    pub error: Option<String>,
    pub message: Option<String>,
}

type Listener = ThreadsafeFunction<InputEvent, (), InputEvent, Status, false, true>;

/// A requested input line; closed at the latest when it is collected.
#[napi(namespace = "gpio")]
pub struct Input {
    watch: Option<Watch>,
    line: u32,
    debounced: bool,
}

struct Watch {
    request: Arc<Request>,
    wake: File,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The thread never blocks but in poll(), so this ends it at once.
        let _ = self.wake.write_all(&1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn event_descriptor() -> io::Result<File> {
    match unsafe { libc::eventfd(0, libc::EFD_CLOEXEC) } {
        -1 => Err(io::Error::last_os_error()),
        descriptor => Ok(unsafe { File::from_raw_fd(descriptor) }),
    }
}

/// Sleeps until there is an edge (true) or `wake` was written (false).
fn wait(request: &Request, wake: &File) -> io::Result<bool> {
    let mut descriptors = [wake.as_raw_fd(), request.as_raw_fd()].map(|fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    });
    loop {
        match unsafe { libc::poll(descriptors.as_mut_ptr(), 2, -1) } {
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
            _ if descriptors[0].revents != 0 => return Ok(false),
            // The kernel says that the chip is gone by POLLHUP or POLLERR.
            _ if descriptors[1].revents & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0 => {
                return Err(io::Error::from_raw_os_error(libc::ENODEV));
            }
            _ => return Ok(true),
        }
    }
}

fn next(request: &Request, wake: &File) -> std::result::Result<Option<InputEvent>, gpiocdev::Error> {
    if !wait(request, wake)? {
        return Ok(None);
    }
    let edge = request.read_edge_event()?;
    Ok(Some(InputEvent {
        active: edge.kind == EdgeKind::Rising,
        at: edge.timestamp_ns as f64 / 1e6,
        sequence: edge.line_seqno,
        error: None,
        message: None,
    }))
}

fn watch(request: &Request, wake: &File, listener: &Listener) {
    loop {
        match next(request, wake) {
            Ok(None) => return,
            Ok(Some(edge)) => {
                if listener.call(edge, ThreadsafeFunctionCallMode::NonBlocking) == Status::Closing {
                    return;
                }
            }
            Err(e) => {
                let gone = InputEvent {
                    active: false,
                    at: 0.0,
                    sequence: 0,
                    error: Some(errno::code(&e).as_ref().into()),
                    message: Some(errno::text(&e)),
                };
                listener.call(gone, ThreadsafeFunctionCallMode::NonBlocking);
                return;
            }
        }
    }
}

#[napi(namespace = "gpio")]
pub fn open_input(options: InputOptions, listener: Function<InputEvent, ()>) -> Result<Input, Code> {
    let bias = match options.bias.as_str() {
        "up" => Some(gpiocdev::line::Bias::PullUp),
        "down" => Some(gpiocdev::line::Bias::PullDown),
        "none" => Some(gpiocdev::line::Bias::Disabled),
        "as-is" => None,
        other => return fail(Code::BadArgument, format!("bias is up, down, none or as-is, not {other}")),
    };
    let debounce = int("debounce", options.debounce, 0, 60_000)?;
    let mut builder = request::line(&options.chip, options.line, &options.consumer, |b| {
        b.as_input().with_edge_detection(EdgeDetection::BothEdges).with_bias(bias);
        if options.active_low {
            b.as_active_low();
        }
        if debounce > 0 {
            b.with_debounce_period(Duration::from_millis(debounce as u64));
        }
    })?;
    let mut debounced = debounce > 0;
    let mut result = builder.request();
    if debounced && result.as_ref().is_err_and(|e| errno::number(e) == Some(libc::EINVAL)) {
        // This chip's driver cannot: the caller debounces.
        debounced = false;
        result = builder.with_debounce_period(Duration::ZERO).request();
    }
    let request = match result {
        Ok(request) => Arc::new(request),
        Err(e) => return request::refused(&options.chip, options.line, &e),
    };
    // Weak: to watch a line alone does not keep the process alive.
    let listener = listener.build_threadsafe_function::<InputEvent>().weak::<true>().build();
    let Ok(listener) = listener else {
        return fail(Code::GpioError, "the listener cannot be called from a thread");
    };
    let started = event_descriptor().and_then(|wake| {
        let (ours, theirs, lines) = (wake.try_clone()?, wake, Arc::clone(&request));
        let run = move || watch(&lines, &theirs, &listener);
        let thread = std::thread::Builder::new().name("gpio-input".into()).spawn(run)?;
        Ok((ours, thread))
    });
    match started {
        Ok((wake, thread)) => Ok(Input {
            watch: Some(Watch { request, wake, thread: Some(thread) }),
            line: options.line as u32,
            debounced,
        }),
        Err(e) => fail(Code::GpioError, format!("no thread for line {}: {e}", options.line)),
    }
}

#[napi(namespace = "gpio")]
impl Input {
    /// The logical level now.
    #[napi]
    pub fn read(&self) -> Result<bool, Code> {
        let Some(w) = &self.watch else { return request::closed(self.line) };
        let value = w.request.value(self.line);
        value.map(|v| v == Value::Active).or_else(|e| request::failed(self.line, &e))
    }

    /// The kernel debounces the line.
    #[napi(getter)]
    pub fn debounced(&self) -> bool {
        self.debounced
    }

    /// Ends the thread and gives the line back; both have happened on return. Idempotent.
    #[napi]
    pub fn close(&mut self) {
        self.watch = None;
    }
}
