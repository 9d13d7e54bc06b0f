//! Making sure that bytes are on the disk, for one file or for hundreds at once.
//!
//! Syncing 500 small files one by one costs the disk 500 waits. Where the system can sync a
//! whole filesystem and reports errors, one wait does for all; a few files are synced by
//! themselves, so that nobody waits for what other programs wrote.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::sys;

/// From how many files on one filesystem on, the whole filesystem is synced.
const MANY: usize = 8;

/// Syncs files and folders, each given with its filesystem. Gives back those that failed, by
/// their place in the list.
pub(crate) fn flush(items: &[(u64, PathBuf)]) -> Vec<(usize, io::Error)> {
    let mut devices: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, (device, _)) in items.iter().enumerate() {
        devices.entry(*device).or_default().push(at);
    }
    let mut failed = Vec::new();
    for places in devices.into_values() {
        let paths = || {
            places
                .iter()
                .filter_map(|at| items.get(*at).map(|(_, path)| (*at, path)))
        };
        let whole =
            places.len() >= MANY && paths().next().is_some_and(|(_, path)| whole(path).is_ok());
        if !whole {
            // Also after an error: it must be found out whose it was.
            failed
                .extend(paths().filter_map(|(at, path)| one(path).err().map(|error| (at, error))));
        }
    }
    failed
}

fn whole(path: &Path) -> io::Result<()> {
    sys::sync_filesystem(&File::open(path)?)
}

fn one(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::flush;
    use std::fs;

    #[test]
    fn a_file_that_cannot_be_synced_is_named_whether_few_or_many() {
        let dir = tempfile::tempdir().unwrap();
        for count in [2, 20] {
            let mut items: Vec<_> = (0..count)
                .map(|n| (1, dir.path().join(n.to_string())))
                .collect();
            for (_, path) in &items {
                fs::write(path, "x").unwrap();
            }
            assert!(flush(&items).is_empty());
            items[0].1 = dir.path().join("gone");
            let failed: Vec<usize> = flush(&items).into_iter().map(|(at, _)| at).collect();
            assert_eq!(failed, [0]);
        }
    }
}
