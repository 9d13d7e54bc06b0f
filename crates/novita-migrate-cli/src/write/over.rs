//! One file over another, if that is still the one it is meant for.
//!
//! Between the last look at a file and a rename over it somebody may put another file there, which the rename would
//! destroy unseen. Where the system can exchange two names in one step, what was there is looked at afterwards, and
//! gets its name back if it is not what was expected.

use std::fs;
use std::io;
use std::path::Path;

use super::stamp::{Drift, FileId, Stamp};
use super::sys;

/// How often the names are exchanged until everybody has their own again.
const TRIES: usize = 8;

/// Why a file was not put over another one.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The target is no longer the expected file.
    Changed,
    /// The system refused.
    Io(io::Error),
}

/// Puts `from`, which is the file `mine`, in the place of `target`, whose file is to be the one of the stamp, and which is
/// gone afterwards. If that fails, both are where they were.
pub(crate) fn over(
    from: &Path,
    mine: FileId,
    target: &Path,
    expected: &Stamp,
) -> Result<(), Refused> {
    let stamp = |path: &Path| fs::symlink_metadata(path).map(|meta| Stamp::from(&meta));
    match sys::exchange(from, target) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            return fs::rename(from, target).map_err(Refused::Io);
        }
        done => done.map_err(Refused::Io)?,
    }
    if stamp(from).is_ok_and(|was| expected.drift(&was) != Drift::Other) {
        // The exchange is done. What stays under the other name is litter, not a loss.
        let _ = fs::remove_file(from);
        return Ok(());
    }
    for _ in 0..TRIES {
        sys::exchange(from, target).map_err(Refused::Io)?;
        // Another name for our own file tells that nobody was faster once more.
        if stamp(from).is_ok_and(|now| now.id() == mine) {
            break;
        }
    }
    Err(Refused::Changed)
}

#[cfg(test)]
mod tests {
    use super::{Refused, Stamp, over};
    use std::fs;

    #[test]
    fn only_the_expected_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (new, target) = (dir.path().join("new"), dir.path().join("target"));
        fs::write(&new, "new").unwrap();
        fs::write(&target, "old").unwrap();
        let expected = Stamp::from(&fs::symlink_metadata(&target).unwrap());
        // Somebody puts another file in its place after the last look.
        fs::write(dir.path().join("theirs"), "theirs").unwrap();
        fs::rename(dir.path().join("theirs"), &target).unwrap();
        let mine = Stamp::from(&fs::symlink_metadata(&new).unwrap()).id();
        let refused = over(&new, mine, &target, &expected);
        if cfg!(target_os = "linux") {
            assert!(matches!(refused, Err(Refused::Changed)), "{refused:?}");
            assert_eq!(fs::read_to_string(&target).unwrap(), "theirs");
            assert_eq!(fs::read_to_string(&new).unwrap(), "new");
            let expected = Stamp::from(&fs::symlink_metadata(&target).unwrap());
            assert!(over(&new, mine, &target, &expected).is_ok());
        }
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(!new.exists(), "nothing is left of the old file");
    }
}
