//! Lists of names: `--files-from FILE|-`, with `-0` for names that end in NUL.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::SelectError;

/// A list of paths, one a line.
#[derive(Clone, Debug)]
pub(crate) struct FilesFrom {
    /// The file with the list, or `None` for standard input.
    pub(crate) from: Option<PathBuf>,
    /// Whether names end in NUL, as `find -print0` and `git ls-files -z` write them.
    pub(crate) nul: bool,
}

impl FilesFrom {
    pub(super) fn read(&self) -> Result<Vec<PathBuf>, SelectError> {
        let mut bytes = Vec::new();
        let (name, read) = match &self.from {
            Some(path) => (path.as_path(), fs::read(path).map(|read| bytes = read)),
            None => (
                Path::new("stdin"),
                io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
            ),
        };
        read.map_err(|error| SelectError::unreadable(name, error))?;
        Ok(split(&bytes, self.nul, |path| {
            path.symlink_metadata().is_ok()
        }))
    }
}

/// The names of a list; empty lines are none. A list made on Windows ends its lines in CR LF:
/// the CR goes, unless a file has that very name.
fn split(bytes: &[u8], nul: bool, exists: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let path = |name: &[u8]| PathBuf::from(OsStr::from_bytes(name));
    if nul {
        return bytes
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
            .map(path)
            .collect();
    }
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !matches!(line, [] | [b'\r']))
        .map(|line| match line.strip_suffix(b"\r") {
            Some(short) if !exists(&path(line)) => path(short),
            _ => path(line),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::path::PathBuf;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn one_name_a_line_and_no_empty_names() {
        assert_eq!(
            split(b"a.json\n\nb c.json", false, |_| false),
            paths(&["a.json", "b c.json"])
        );
        assert_eq!(split(b"", false, |_| false), paths(&[]));
    }

    #[test]
    fn windows_line_ends_go_unless_the_name_really_ends_so() {
        assert_eq!(
            split(b"a\r\n\r\nb\r\n", false, |path| path.ends_with("b\r")),
            paths(&["a", "b\r"])
        );
    }

    #[test]
    fn with_nul_every_other_byte_belongs_to_the_name() {
        assert_eq!(
            split(b"a\nb\r\0c\0", true, |_| false),
            paths(&["a\nb\r", "c"])
        );
    }
}
