//! Errors as JavaScript sees them: `error.code` is stable, `error.message` says what to do about it.

/// What napi puts into `error.code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    NotInitialized,
    AlreadyInitialized,
    StaleHandle,
    BadArgument,
    Busy,
    WrongThread,
    Display,
    Lvgl,
    GpioNoChip,
    GpioBadLine,
    GpioLineBusy,
    GpioNoPermission,
    GpioVanished,
    GpioClosed,
    GpioError,
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        match self {
            Code::NotInitialized => "LV_NOT_INITIALIZED",
            Code::AlreadyInitialized => "LV_ALREADY_INITIALIZED",
            Code::StaleHandle => "LV_STALE_HANDLE",
            Code::BadArgument => "LV_BAD_ARGUMENT",
            Code::Busy => "LV_BUSY",
            Code::WrongThread => "LV_WRONG_THREAD",
            Code::Display => "LV_DISPLAY_FAILED",
            Code::Lvgl => "LV_ERROR",
            Code::GpioNoChip => "GPIO_NO_CHIP",
            Code::GpioBadLine => "GPIO_BAD_LINE",
            Code::GpioLineBusy => "GPIO_LINE_BUSY",
            Code::GpioNoPermission => "GPIO_NO_PERMISSION",
            Code::GpioVanished => "GPIO_VANISHED",
            Code::GpioClosed => "GPIO_CLOSED",
            Code::GpioError => "GPIO_ERROR",
        }
    }
}

// napi's macro looks for the literal name `Result` in signatures, so there is no alias for it.
pub fn fail<T>(code: Code, message: impl Into<String>) -> napi::Result<T, Code> {
    Err(napi::Error::new(code, message.into()))
}

/// A whole number between two bounds; NaN, infinities and fractions are refused.
pub fn int(name: &str, value: f64, min: i32, max: i32) -> napi::Result<i32, Code> {
    if value.fract() == 0.0 && value >= f64::from(min) && value <= f64::from(max) {
        Ok(value as i32)
    } else {
        fail(Code::BadArgument, format!("{name} has to be a whole number from {min} to {max}, not {value}"))
    }
}
