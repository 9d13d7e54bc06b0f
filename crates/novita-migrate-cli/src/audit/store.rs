//! The folder of the snapshots.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::snapshot::{self, NEW, SNAP, with_ending};
use super::tally::Text;
use crate::write::put;

/// What is done about a snapshot that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// The new text is put beside it, for review.
    Propose,
    /// It is replaced.
    Accept,
    /// Nothing is written.
    Check,
}

/// A folder of snapshots.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    action: Action,
    /// Whether the folder held none when the run began: then there is nothing to compare with, and nothing to review.
    is_first: bool,
}

/// A snapshot that differs from what its payload turns into now.
#[derive(Debug)]
pub(crate) struct Change {
    /// The snapshot, below the folder.
    pub(crate) name: PathBuf,
    /// What it says and what it should say, where somebody is to see it; `None` for one that is missing.
    pub(crate) texts: Option<(String, String)>,
}

/// What became of one snapshot.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Same,
    Missing,
    /// What it says and what it should say.
    Changed(String, String),
}

/// A snapshot whose payload is gone.
#[derive(Debug)]
pub(crate) struct Obsolete {
    /// Below the folder.
    pub(crate) name: PathBuf,
}

impl Store {
    /// Opens a folder, which need not be there yet.
    pub(crate) fn open(folder: &Path, action: Action) -> io::Result<Self> {
        let mut is_first = true;
        visit(folder, Path::new(""), &mut |name| {
            is_first &= snapshot::parse_name(name).is_none()
        })?;
        Ok(Store {
            folder: folder.to_owned(),
            action,
            is_first,
        })
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether changes are to be shown.
    pub(super) fn is_check(&self) -> bool {
        self.action == Action::Check
    }

    /// Whether snapshots are written without anybody's review.
    pub(crate) fn accepts(&self) -> bool {
        match self.action {
            Action::Accept => true,
            Action::Propose => self.is_first,
            Action::Check => false,
        }
    }

    /// Compares a payload with its snapshot, and writes what the action wants.
    pub(super) fn compare(&self, input: &Path, text: &Text) -> io::Result<Compared> {
        let name = snapshot::name(input, text.record);
        let path = self.folder.join(&name);
        let pending = with_ending(&path, ".new");
        let old = match fs::read_to_string(&path) {
            Ok(file) => Some(snapshot::contents(&file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let new = text.text.trim_end().to_owned();
        let is_same = old.as_deref() == Some(new.as_str());
        let is_written = !is_same && self.accepts();
        if self.action != Action::Check && (is_same || is_written) {
            // What waited for a review is out of date.
            remove(&pending)?;
        }
        if is_same {
            return Ok(Compared::Same);
        }
        let file = snapshot::format(input, text.record, &new);
        match self.action {
            Action::Check => {}
            _ if is_written => put(&path, file.as_bytes())?,
            _ => put(&pending, file.as_bytes())?,
        }
        Ok(old.map_or(Compared::Missing, |old| Compared::Changed(old, new)))
    }

    /// The snapshots of payloads that are not there any more.
    pub(crate) fn obsolete(&self, records: &BTreeMap<PathBuf, u64>) -> io::Result<Vec<Obsolete>> {
        let mut found = Vec::new();
        visit(&self.folder, Path::new(""), &mut |name| {
            let Some((stem, record)) = snapshot::parse_name(name) else {
                return;
            };
            let is_live = records
                .get(&stem)
                .is_some_and(|count| (1..=*count).contains(&record));
            if !is_live {
                found.push(name.to_owned());
            }
        })?;
        // Others may keep snapshots of their own in the same folder.
        found.retain(|name| {
            fs::read_to_string(self.folder.join(name)).is_ok_and(|file| snapshot::is_ours(&file))
        });
        found.sort();
        Ok(found.into_iter().map(|name| Obsolete { name }).collect())
    }

    /// Removes a snapshot, and the folders that held nothing else.
    pub(crate) fn prune(&self, obsolete: &Obsolete) -> io::Result<()> {
        let path = self.folder.join(&obsolete.name);
        remove(&path)?;
        let above = path
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.folder);
        for folder in above {
            // A folder that is not empty stays.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Shows the names of all snapshots below a folder. Links are not followed.
fn visit(folder: &Path, below: &Path, each: &mut dyn FnMut(&Path)) -> io::Result<()> {
    let entries = match fs::read_dir(folder.join(below)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = below.join(entry.file_name());
        let text = entry.file_name();
        let text = text.to_string_lossy();
        match entry.file_type()? {
            kind if kind.is_dir() => visit(folder, &name, each)?,
            _ if text.ends_with(SNAP) || text.ends_with(NEW) => each(&name),
            _ => {}
        }
    }
    Ok(())
}
