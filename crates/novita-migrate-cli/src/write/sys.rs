//! The few things that the standard library does not offer, all of them Unix.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, XattrFlags};
use rustix::io::Errno;

/// Waits for an exclusive lock on an open file. Filesystems without locks give an error of kind
/// `Unsupported`.
pub(crate) fn lock(file: &File) -> io::Result<()> {
    loop {
        match rustix::fs::flock(file, FlockOperation::LockExclusive) {
            Err(Errno::INTR) => {}
            other => return other.map_err(unsupported),
        }
    }
}

/// Takes an exclusive lock, or says that someone else has it.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(unsupported(error)),
    }
}

fn unsupported(error: Errno) -> io::Error {
    match error {
        Errno::NOLCK | Errno::NOSYS | Errno::OPNOTSUPP | Errno::INVAL => {
            io::ErrorKind::Unsupported.into()
        }
        error => error.into(),
    }
}

/// Whether this process may write the file, by its effective user and group.
pub(crate) fn may_write(path: &Path) -> io::Result<()> {
    rustix::fs::accessat(CWD, path, rustix::fs::Access::WRITE_OK, AtFlags::EACCESS)?;
    Ok(())
}

/// Writes out everything that the filesystem of an open file holds back: the same guarantee as
/// syncing each of its files, at the price of one. `Unsupported` where the system lacks it or,
/// as Linux before 5.8, does not report errors from it.
#[cfg(target_os = "linux")]
pub(crate) fn sync_filesystem(file: &File) -> io::Result<()> {
    use std::sync::OnceLock;
    static RELIABLE: OnceLock<bool> = OnceLock::new();
    let reliable = RELIABLE.get_or_init(|| {
        let system = rustix::system::uname();
        let mut numbers = system
            .release()
            .to_str()
            .unwrap_or("")
            .split('.')
            .map_while(|part| part.parse::<u32>().ok());
        (numbers.next(), numbers.next()) >= (Some(5), Some(8))
    });
    if !reliable {
        return Err(io::ErrorKind::Unsupported.into());
    }
    Ok(rustix::fs::syncfs(file)?)
}

/// See above.
#[cfg(not(target_os = "linux"))]
pub(crate) fn sync_filesystem(_: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives a new file the extended attributes of the old one that say who may do what (access
/// lists) or that people set (`user.`). Access lists must be copied: without them the group bits
/// of the mode mean something else. What the new file may not have is left out.
pub(crate) fn copy_attributes(from: &Path, to: &File) -> io::Result<()> {
    // Filesystems without attributes have none to lose.
    let Ok(names) = filled(|buffer| rustix::fs::llistxattr(from, buffer)) else {
        return Ok(());
    };
    for name in names.split(|byte| *byte == 0) {
        let wanted = name.starts_with(b"user.") || name == b"system.posix_acl_access";
        let Some(name) = wanted.then(|| CString::new(name).ok()).flatten() else {
            continue;
        };
        let value = filled(|buffer| rustix::fs::lgetxattr(from, &name, buffer))?;
        let set = rustix::fs::fsetxattr(to, &name, &value, XattrFlags::empty());
        if name.as_bytes().starts_with(b"system.") {
            set?;
        }
    }
    Ok(())
}

/// What a call puts into a buffer that is large enough. An empty buffer asks for the length in some versions of rustix
/// only.
fn filled(call: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> io::Result<Vec<u8>> {
    /// Names and values are no longer, by Linux's own limits.
    const MOST: usize = 64 << 10;
    let mut small = [0; 256];
    match call(&mut small) {
        Ok(length) => return Ok(small.get(..length).unwrap_or_default().to_vec()),
        Err(Errno::RANGE) => {}
        Err(error) => return Err(error.into()),
    }
    let mut large = vec![0; MOST];
    let length = call(&mut large)?;
    large.truncate(length);
    Ok(large)
}

/// Gives two files each other's name, in one step. `Unsupported` where system or filesystem cannot.
#[cfg(target_os = "linux")]
pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, a, CWD, b, rustix::fs::RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            Err(io::ErrorKind::Unsupported.into())
        }
        done => Ok(done?),
    }
}

/// See above.
#[cfg(not(target_os = "linux"))]
pub(crate) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes a file in an open folder that has no name yet: nothing is left of it however the process ends. `Unsupported`
/// where system or filesystem cannot.
#[cfg(target_os = "linux")]
pub(crate) fn nameless(folder: impl AsFd, mode: Mode) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
    match rustix::fs::openat(folder, c".", flags, mode) {
        // Systems that do not know the flag want to open the folder itself.
        Err(Errno::ISDIR | Errno::NOENT | Errno::INVAL | Errno::OPNOTSUPP) => {
            Err(io::ErrorKind::Unsupported.into())
        }
        made => Ok(made?.into()),
    }
}

/// See above.
#[cfg(not(target_os = "linux"))]
pub(crate) fn nameless(_: impl AsFd, _: Mode) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives such a file a name in an open folder that nothing has yet; `AlreadyExists` otherwise. `Unsupported` where the
/// system cannot.
#[cfg(target_os = "linux")]
pub(crate) fn name(file: &File, folder: impl AsFd, name: &OsStr) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let unsupported = [Errno::NOENT, Errno::PERM, Errno::OPNOTSUPP, Errno::INVAL];
    // Before Linux 6.10 only a privileged process may link what it has open.
    match rustix::fs::linkat(file, c"", &folder, name, AtFlags::EMPTY_PATH) {
        Err(error) if unsupported.contains(&error) => {}
        done => return Ok(done?),
    }
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    match rustix::fs::linkat(CWD, path, folder, name, AtFlags::SYMLINK_FOLLOW) {
        Err(error) if unsupported.contains(&error) => Err(io::ErrorKind::Unsupported.into()),
        done => Ok(done?),
    }
}

/// See above.
#[cfg(not(target_os = "linux"))]
pub(crate) fn name(_: &File, _: impl AsFd, _: &OsStr) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Renames a file to a name that nothing has yet; `AlreadyExists` otherwise, decided by the system
/// in one step.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_new_at(CWD, from, CWD, to)
}

/// The same, with paths below open folders.
pub(crate) fn rename_new_at(
    from: impl AsFd,
    old: &Path,
    to: impl AsFd,
    new: &Path,
) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    match rustix::fs::renameat_with(&from, old, &to, new, rustix::fs::RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        done => return Ok(done?),
    }
    // A link, unlike a rename, does not replace either; it is at hand on most filesystems.
    match rustix::fs::linkat(&from, old, &to, new, AtFlags::empty()) {
        Ok(()) => Ok(rustix::fs::unlinkat(&from, old, AtFlags::empty())?),
        Err(Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK | Errno::NOSYS) => {
            // Neither exists, as on FAT: what is left is to look first.
            match rustix::fs::statat(&to, new, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
                Err(Errno::NOENT) => Ok(rustix::fs::renameat(&from, old, &to, new)?),
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}
