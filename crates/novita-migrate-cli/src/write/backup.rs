//! `--backup`: the old version of a file beside the new one, under a name that was free.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::journal::copy_beside;
use super::original::Original;
use super::staging::{Temp, give_rights};
use super::{WriteError, WriteErrorKind};

/// More backups of one file than this are a mistake.
const MOST: u32 = 10_000;

/// Makes sure that a suffix gives names beside the file, and not the file itself.
pub(crate) fn check_suffix(suffix: &OsStr) -> Result<(), WriteError> {
    if suffix.is_empty()
        || suffix
            .as_bytes()
            .iter()
            .any(|byte| matches!(byte, b'/' | 0))
    {
        let message = "the suffix of `--backup` must not be empty or hold a slash";
        return Err(WriteError::plain(WriteErrorKind::Outside, message));
    }
    Ok(())
}

/// Copies a file to its name with the suffix, then `.1`, `.2` … behind it: an older backup is
/// never overwritten. The copy shares nothing with the file, so that `undo` cannot tie them.
pub(crate) fn make(original: &Original, suffix: &OsStr, run: &str) -> Result<PathBuf, WriteError> {
    let failed = |error| WriteError::io(original.path(), "keep a backup", error);
    let (file, temp) = copy_beside(original.target(), original.target(), run).map_err(failed)?;
    give_rights(&file, original)?;
    place(temp, original.target(), suffix).map_err(failed)
}

fn place(mut temp: Temp, target: &Path, suffix: &OsStr) -> io::Result<PathBuf> {
    for number in 0..MOST {
        let mut name = OsString::from(target);
        name.push(suffix);
        if number > 0 {
            name.push(format!(".{number}"));
        }
        let name = PathBuf::from(name);
        match temp.place(&name) {
            Ok(()) => return Ok(name),
            Err((back, error)) if error.kind() == io::ErrorKind::AlreadyExists => temp = back,
            Err((_, error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::{Original, check_suffix, make};
    use std::ffi::OsStr;
    use std::fs;

    #[test]
    fn an_older_backup_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        for content in ["one", "two", "three"] {
            fs::write(&path, content).unwrap();
            let (original, _) = Original::read(&path).unwrap();
            make(&original, OsStr::new(".bak"), "run").unwrap();
        }
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(
            [
                read("a.json.bak"),
                read("a.json.bak.1"),
                read("a.json.bak.2")
            ],
            ["one", "two", "three"]
        );
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            4,
            "no temporary file is left"
        );
    }

    #[test]
    fn a_suffix_cannot_lead_elsewhere() {
        for bad in ["", "/x", "/../../x", "a\0b"] {
            assert!(check_suffix(OsStr::new(bad)).is_err(), "{bad:?}");
        }
        assert!(check_suffix(OsStr::new("~")).is_ok());
    }
}
