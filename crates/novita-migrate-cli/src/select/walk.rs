//! One folder and all below it.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

use super::filter::{Anchored, Filter};
use super::ignored::{Ignored, Present};
use super::{Reason, SelectError, Skipped};

/// A file that was found or named.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) relative: PathBuf,
    pub(super) named: bool,
    /// Whether the path goes through a link below what was named.
    pub(super) linked: bool,
    /// The file itself, with all links followed.
    pub(super) resolved: PathBuf,
}

/// The walk through one folder.
pub(super) struct Walk<'a> {
    filter: &'a Filter,
    anchored: Anchored<'a>,
    root: &'a Path,
    prefix: PathBuf,
    ignored: Ignored,
    /// The folders being walked, with links followed, to notice a link into one of them.
    open: HashSet<PathBuf>,
    pub(super) found: Vec<Found>,
    pub(super) skipped: Skipped,
    pub(super) problems: Vec<SelectError>,
}

/// A folder that is being walked.
struct Folder {
    path: PathBuf,
    /// Below the root of the walk.
    relative: PathBuf,
    resolved: PathBuf,
    linked: bool,
}

/// One entry of a folder.
struct Entry {
    name: OsString,
    kind: FileType,
}

impl<'a> Walk<'a> {
    /// A walk of `root`, whose files go below `prefix` of `--out-dir`.
    pub(super) fn new(filter: &'a Filter, root: &'a Path, prefix: PathBuf) -> Self {
        let resolved = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self {
            filter,
            anchored: filter.at(&resolved),
            root,
            prefix,
            ignored: if filter.no_ignore {
                Ignored::default()
            } else {
                Ignored::above(&resolved)
            },
            open: HashSet::new(),
            found: Vec::new(),
            skipped: Skipped::default(),
            problems: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) {
        let resolved = self
            .root
            .canonicalize()
            .unwrap_or_else(|_| self.root.to_owned());
        self.folder(&Folder {
            path: self.root.to_owned(),
            relative: PathBuf::new(),
            resolved,
            linked: false,
        });
    }

    fn folder(&mut self, folder: &Folder) {
        if !self.open.insert(folder.resolved.clone()) {
            self.skipped.count(Reason::Link);
            return;
        }
        let (entries, present) = self.list(&folder.path);
        let before = if self.filter.no_ignore {
            0
        } else {
            self.ignored.enter(&folder.path, &folder.relative, present)
        };
        for entry in entries {
            self.entry(folder, &entry);
        }
        if !self.filter.no_ignore {
            self.ignored.leave(before);
        }
        self.open.remove(&folder.resolved);
    }

    /// The entries of a folder by name. What cannot be listed is a problem, not an empty folder.
    fn list(&mut self, path: &Path) -> (Vec<Entry>, Present) {
        let mut present = Present::default();
        let mut entries = Vec::new();
        let listing = match fs::read_dir(path) {
            Ok(listing) => listing,
            Err(error) => {
                self.problems.push(SelectError::unreadable(path, error));
                return (entries, present);
            }
        };
        for entry in listing {
            match entry.and_then(|entry| {
                Ok(Entry {
                    name: entry.file_name(),
                    kind: entry.file_type()?,
                })
            }) {
                Ok(entry) => {
                    present.gitignore |= entry.name == ".gitignore";
                    present.ignore |= entry.name == ".ignore";
                    entries.push(entry);
                }
                Err(error) => self.problems.push(SelectError::unreadable(path, error)),
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        (entries, present)
    }

    fn entry(&mut self, folder: &Folder, entry: &Entry) {
        if self.filter.hides(&entry.name) {
            return self.skipped.count(Reason::Hidden);
        }
        let path = folder.path.join(&entry.name);
        let mut kind = entry.kind;
        let link = kind.is_symlink();
        if link {
            match fs::metadata(&path) {
                Ok(meta) => kind = meta.file_type(),
                // It leads to nothing or round in a circle.
                Err(_) => return self.skipped.count(Reason::Link),
            }
        }
        let relative = folder.relative.join(&entry.name);
        if let Some(reason) = self.refused(&relative, &entry.name, kind) {
            return self.skipped.count(reason);
        }
        let linked = folder.linked || link;
        let resolved = if link {
            path.canonicalize().unwrap_or_else(|_| path.clone())
        } else {
            folder.resolved.join(&entry.name)
        };
        if self.filter.has_outputs() && self.filter.is_output(&resolved) {
            return self.skipped.count(Reason::Excluded);
        }
        if kind.is_dir() {
            if link && !self.filter.follow {
                return self.skipped.count(Reason::Link);
            }
            return self.folder(&Folder {
                path,
                relative,
                resolved,
                linked,
            });
        }
        self.found.push(Found {
            path,
            relative: self.prefix.join(relative),
            named: false,
            linked,
            resolved,
        });
    }

    /// Why an entry is not taken, if it is not.
    fn refused(&self, relative: &Path, name: &OsStr, kind: FileType) -> Option<Reason> {
        if self.anchored.excludes(relative, kind.is_dir()) {
            return Some(Reason::Excluded);
        }
        if self.ignored.ignores(relative, kind.is_dir()) {
            return Some(Reason::Ignored);
        }
        if kind.is_dir() {
            return None;
        }
        if !kind.is_file() {
            return Some(Reason::Special);
        }
        match self.anchored.includes(relative) {
            Some(true) => None,
            Some(false) => Some(Reason::NotIncluded),
            None => (!self.anchored.takes(name)).then_some(Reason::OtherName),
        }
    }
}
