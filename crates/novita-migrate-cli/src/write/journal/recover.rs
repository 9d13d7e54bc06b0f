//! Tidying up: after runs that were killed, and the oldest of many.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::line::{End, FileLine, Line};
use super::runs::{OLD, Run, Told, ending, list};
use crate::write::original::Content;
use crate::write::staging::PREFIX;

/// Cleans up after runs that were killed. Only what those runs left behind is touched: temporary
/// files, and second names of files that were never replaced. What fails stays for the next run.
pub(crate) fn recover(root: &Path) {
    for run in list(root).unwrap_or_default() {
        if let Ok(Some(journal)) = run.open()
            && matches!(ending(&journal), Ok(None))
        {
            let _ = close(&run, journal);
        }
    }
}

/// Completes the journal of one run that was killed.
fn close(run: &Run, mut journal: File) -> io::Result<()> {
    let told = Told::read(&journal)?;
    sweep(run, &told);
    let (mut replaced, mut bytes) = (HashSet::new(), 0);
    let mut lines = Vec::new();
    for file in told.files.values() {
        if was_replaced(run, file) {
            replaced.insert(file.number.to_string());
            bytes += file.new.size;
        } else {
            lines.push(Line::Left {
                number: file.number,
            });
        }
    }
    // An old version is saved before there is a line about it, so some may have none.
    for entry in fs::read_dir(run.folder.join(OLD))? {
        let entry = entry?;
        if !entry
            .file_name()
            .to_str()
            .is_some_and(|number| replaced.contains(number))
        {
            fs::remove_file(entry.path())?;
        }
    }
    if replaced.is_empty() {
        return fs::remove_dir_all(&run.folder);
    }
    // Half a line may stand at the end: nothing was replaced on its account.
    journal.set_len(told.length)?;
    lines.push(Line::End {
        how: End::Killed,
        files: replaced.len() as u64,
        bytes,
    });
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    journal.write_all(&text)
}

/// Removes the temporary files of a run.
fn sweep(run: &Run, told: &Told) {
    let prefix = format!("{PREFIX}{}-", run.id);
    for folder in &told.temporaries {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().as_bytes().starts_with(prefix.as_bytes()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether the rename took place: as long as it did not, the saved version is the file itself,
/// or has the bytes that are still in the file.
fn was_replaced(run: &Run, line: &FileLine) -> bool {
    let Ok(saved) = fs::symlink_metadata(run.saved(line.number)) else {
        return false;
    };
    match fs::symlink_metadata(&line.path.0) {
        Ok(now) if (now.dev(), now.ino()) == (saved.dev(), saved.ino()) => false,
        Ok(_) => {
            line.linked && saved.nlink() > 1
                || Content::of_file(&line.path.0).map_or(true, |now| now != line.old)
        }
        // Gone, perhaps moved: the old version is all there is.
        Err(_) => true,
    }
}

/// Removes the oldest runs beyond `keep`, this run included, other live ones never.
pub(crate) fn prune(root: &Path, this: &str, keep: usize) {
    let runs = list(root).unwrap_or_default();
    let surplus = runs.len().saturating_sub(keep.max(1));
    for run in runs.into_iter().take(surplus).filter(|run| run.id != this) {
        if let Ok(Some(_locked)) = run.open() {
            let _ = fs::remove_dir_all(&run.folder);
        }
    }
}
