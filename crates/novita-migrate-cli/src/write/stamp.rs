//! Noticing that a file is no longer the one that was read.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Which file this is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

/// Seconds and nanoseconds since 1970.
type Instant = (i64, i64);

/// What the system says about a file. A write by anyone changes at least one of the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    /// Bytes.
    pub(crate) size: u64,
    modified: Instant,
    changed: Instant,
    /// Permission bits with set-user-id, set-group-id and sticky; not the file type.
    pub(crate) mode: u32,
    pub(crate) user: u32,
    pub(crate) group: u32,
    /// How many names the file has.
    pub(crate) names: u64,
}

/// How two stamps of one path differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drift {
    /// Not at all.
    None,
    /// Only in the time of the last status change and the number of names: a link was made or
    /// removed, or someone set the times by hand. The bytes must be compared.
    Status,
    /// Another file, other bytes, other rights.
    Other,
}

/// Two writes closer together than this may get the same time from the kernel's coarse clock.
const COARSE: Duration = Duration::from_millis(50);

impl From<&Metadata> for Stamp {
    fn from(meta: &Metadata) -> Self {
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
            mode: meta.mode() & 0o7777,
            user: meta.uid(),
            group: meta.gid(),
            names: meta.nlink(),
        }
    }
}

impl Stamp {
    pub(crate) fn id(&self) -> FileId {
        FileId {
            device: self.device,
            inode: self.inode,
        }
    }

    pub(crate) fn device(&self) -> u64 {
        self.device
    }

    /// How the file looks now, seen from this stamp.
    pub(crate) fn drift(&self, now: &Self) -> Drift {
        if self == now {
            return Drift::None;
        }
        let same_status = Self {
            changed: self.changed,
            names: self.names,
            ..*now
        };
        if *self == same_status {
            Drift::Status
        } else {
            Drift::Other
        }
    }

    /// Whether the file was written so shortly before `now` that one more write might leave all
    /// times as they are. Times in the future, from another machine's clock, count as recent.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        let since = |(seconds, nanos): Instant| {
            let at = Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?);
            now.duration_since(UNIX_EPOCH + at).ok()
        };
        // Before 1970 is not recent.
        self.changed.0 >= 0 && since(self.changed).is_none_or(|age| age < COARSE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Drift, Stamp};
    use std::fs;
    use std::time::{Duration, SystemTime};

    fn stamp(path: &std::path::Path) -> Stamp {
        Stamp::from(&fs::metadata(path).unwrap())
    }

    #[test]
    fn every_kind_of_change_shows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "one").unwrap();
        let before = stamp(&path);
        assert_eq!(before.drift(&stamp(&path)), Drift::None);

        fs::hard_link(&path, dir.path().join("b")).unwrap();
        assert_eq!(before.drift(&stamp(&path)), Drift::Status);

        fs::write(&path, "four").unwrap();
        assert_eq!(before.drift(&stamp(&path)), Drift::Other);

        fs::write(dir.path().join("c"), "one").unwrap();
        fs::rename(dir.path().join("c"), &path).unwrap();
        assert_eq!(before.drift(&stamp(&path)), Drift::Other);
    }

    #[test]
    fn other_rights_are_more_than_a_status_change() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        let before = stamp(file.path());
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(before.drift(&stamp(file.path())), Drift::Other);
    }

    #[test]
    fn a_file_written_just_now_is_fresh() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = stamp(file.path());
        assert!(
            stamp.is_fresh(SystemTime::now() - Duration::from_secs(3600)),
            "a future time is fresh"
        );
        assert!(!stamp.is_fresh(SystemTime::now() + Duration::from_secs(1)));
    }
}
