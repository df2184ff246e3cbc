//! Which chips there are.

use super::errno;
use crate::error::{fail, Code};
use gpiocdev::chip::Chip;
use napi::bindgen_prelude::*;
use napi_derive::napi;
use std::path::PathBuf;

#[napi(object, namespace = "gpio")]
pub struct ChipInfo {
    /// `/dev/gpiochipN`.
    pub path: String,
    /// The kernel's name for it.
    pub name: String,
    /// What it is: `pinctrl-bcm2711`, `pinctrl-rp1`, ...
    pub label: String,
    pub lines: u32,
}

pub fn open(chip: &str) -> Result<Chip, Code> {
    let path = if chip.contains('/') { PathBuf::from(chip) } else { PathBuf::from("/dev").join(chip) };
    match Chip::from_path(&path) {
        Ok(chip) => Ok(chip),
        Err(e) => {
            // A name with a NUL in it, a directory, ... : no chip either.
            let code = match errno::code(&e) {
                Code::GpioNoPermission => Code::GpioNoPermission,
                _ => Code::GpioNoChip,
            };
            fail(code, format!("{} cannot be opened: {}", path.display(), errno::text(&e)))
        }
    }
}

pub fn info(chip: &Chip) -> Result<ChipInfo, Code> {
    match chip.info() {
        Ok(i) => Ok(ChipInfo {
            path: chip.path().display().to_string(),
            name: i.name,
            label: i.label,
            lines: i.num_lines,
        }),
        Err(e) => fail(errno::code(&e), format!("{}: {}", chip.path().display(), errno::text(&e))),
    }
}

/// All chips that can be opened, in the order of their numbers; those that cannot be are named in the error, if
/// there is no other.
#[napi(namespace = "gpio")]
pub fn chips() -> Result<Vec<ChipInfo>, Code> {
    let paths = gpiocdev::chip::chips().unwrap_or_default();
    let found: Vec<_> = paths.iter().map(|p| open(&p.to_string_lossy()).and_then(|c| info(&c))).collect();
    if found.iter().any(Result::is_ok) {
        Ok(found.into_iter().flatten().collect())
    } else {
        found.into_iter().collect()
    }
}
