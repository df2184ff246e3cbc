//! One line, asked of the kernel.

use super::{chip, errno};
use crate::error::{fail, Code};
use gpiocdev::request::{Builder, Request};
use napi::Result;

/// Opens the chip, checks the line, and asks for it as `configure` says.
pub fn line(
    chip: &str,
    line: f64,
    consumer: &str,
    configure: impl FnOnce(&mut Builder),
) -> Result<Builder, Code> {
    let opened = chip::open(chip)?;
    let info = chip::info(&opened)?;
    if line.fract() != 0.0 || line < 0.0 || line >= f64::from(info.lines) {
        return fail(
            Code::GpioBadLine,
            format!(
                "{} ({}) has lines 0 to {}, not {line}",
                info.path,
                info.label,
                info.lines.saturating_sub(1)
            ),
        );
    }
    let mut builder = Request::builder();
    builder.on_chip(&info.path).with_consumer(consumer).with_line(line as u32);
    configure(&mut builder);
    Ok(builder)
}

/// A refused request, with the name of whoever has the line.
pub fn refused<T>(chip: &str, line: f64, error: &gpiocdev::Error) -> Result<T, Code> {
    let code = errno::code(error);
    if code == Code::GpioLineBusy {
        let holder = chip::open(chip).ok().and_then(|c| c.line_info(line as u32).ok()).map(|i| i.consumer);
        let holder = holder.filter(|c| !c.is_empty()).unwrap_or_else(|| "another program".into());
        return fail(code, format!("line {line} of {chip} is in use by \"{holder}\""));
    }
    fail(code, format!("line {line} of {chip}: {}", errno::text(error)))
}

/// Reading or writing a line that is ours.
pub fn failed<T>(line: u32, error: &gpiocdev::Error) -> Result<T, Code> {
    fail(errno::code(error), format!("line {line}: {}", errno::text(error)))
}

pub fn closed<T>(line: u32) -> Result<T, Code> {
    fail(Code::GpioClosed, format!("line {line} was closed"))
}
