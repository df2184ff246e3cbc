//! What the kernel and gpiocdev say, as stable codes.

use crate::error::Code;
use gpiocdev::Error;
use gpiocdev_uapi as uapi;

/// The errno within, where there is one.
pub fn number(error: &Error) -> Option<i32> {
    match error {
        Error::Os(uapi::Errno(n)) | Error::Uapi(_, uapi::Error::Os(uapi::Errno(n))) => Some(*n),
        _ => None,
    }
}

pub fn code(error: &Error) -> Code {
    match (error, number(error)) {
        (Error::GpioChip(..) | Error::NoGpioChips(), _) => Code::GpioNoChip,
        // ENOTTY: the device is something else.
        (_, Some(libc::ENOENT | libc::ENXIO | libc::ENOTTY | libc::ENOTDIR)) => Code::GpioNoChip,
        (_, Some(libc::EACCES | libc::EPERM)) => Code::GpioNoPermission,
        (_, Some(libc::EBUSY)) => Code::GpioLineBusy,
        (_, Some(libc::ENODEV)) => Code::GpioVanished,
        (Error::InvalidArgument(_), _) | (_, Some(libc::EINVAL)) => Code::GpioBadLine,
        _ => Code::GpioError,
    }
}

/// The kernel's words, without the name of the system call.
pub fn text(error: &Error) -> String {
    number(error).map_or_else(|| error.to_string(), |n| std::io::Error::from_raw_os_error(n).to_string())
}
