//! The memory display: LVGL draws straight into these pixels, in a private or in a shared file's mapping.

use crate::error::{fail, Code};
use napi::Result;
use std::ffi::c_void;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// BGRX, black.
const OPAQUE: u32 = 0xff00_0000;

/// Width x height pixels of 4 bytes (B, G, R, X), rows without padding.
pub struct Memory {
    pixels: *mut u32,
    pub width: u32,
    pub height: u32,
}

impl Memory {
    /// Without `file` nobody else sees the pixels.
    pub fn new(width: u32, height: u32, file: Option<&str>) -> Result<Self, Code> {
        let length = width as usize * height as usize * 4;
        let mapped = match file {
            None => map(length, None),
            Some(path) => open(Path::new(path), length as u64).and_then(|f| map(length, Some(&f))),
        };
        let pixels = match mapped {
            Ok(p) => p,
            Err(e) => {
                return fail(
                    Code::Display,
                    format!("the display's memory {} cannot be had: {e}", file.unwrap_or("")),
                )
            }
        };
        let mut memory = Memory { pixels, width, height };
        memory.pixels().fill(OPAQUE);
        Ok(memory)
    }

    pub fn pixels(&mut self) -> &mut [u32] {
        let count = self.width as usize * self.height as usize;
        unsafe { std::slice::from_raw_parts_mut(self.pixels, count) }
    }

    /// LVGL leaves anything in the X byte; whoever reads the file as BGRA shall see it opaque.
    pub fn make_opaque(&mut self, x1: usize, y1: usize, x2: usize, y2: usize) {
        let (width, height) = (self.width as usize, self.height as usize);
        let pixels = self.pixels();
        for y in y1..=y2.min(height - 1) {
            for pixel in &mut pixels[y * width + x1..=y * width + x2.min(width - 1)] {
                *pixel |= OPAQUE;
            }
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let length = self.width as usize * self.height as usize * 4;
        unsafe { libc::munmap(self.pixels.cast::<c_void>(), length) };
    }
}

/// The file of that name, owned by us, of exactly that length, its blocks allocated: a full disk is an error
/// now and no SIGBUS later. An old file of the right length is kept, so that who watches it goes on watching.
fn open(path: &Path, length: u64) -> io::Result<File> {
    let usable = fs::symlink_metadata(path)
        .is_ok_and(|m| m.is_file() && m.len() == length && m.uid() == unsafe { libc::geteuid() });
    if !usable {
        match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(!usable)
        .mode(0o640)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o640))?;
    match unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, length as libc::off_t) } {
        0 => Ok(file),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

fn map(length: usize, file: Option<&File>) -> io::Result<*mut u32> {
    let (flags, descriptor) = match file {
        Some(f) => (libc::MAP_SHARED, f.as_raw_fd()),
        None => (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1),
    };
    let address = unsafe {
        libc::mmap(std::ptr::null_mut(), length, libc::PROT_READ | libc::PROT_WRITE, flags, descriptor, 0)
    };
    if address == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(address.cast::<u32>())
    }
}
