//! Which files a run is about: paths, folders, globs and lists of names.
//!
//! A path that is named always wins, over ignore files, `--exclude`, hidden names and name
//! endings. Everything that a folder holds and that is not taken is counted by reason. The order
//! is that of the paths, so the same tree gives the same run on any machine.

mod error;
mod expand;
mod filter;
mod ignored;
mod list;
mod output;
mod skipped;
mod walk;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use error::SelectError;
pub(crate) use filter::{Kinds, Pattern};
pub(crate) use list::FilesFrom;
pub(crate) use output::check_relative;
pub(crate) use skipped::Skipped;

use filter::Filter;
use skipped::Reason;
use walk::{Found, Walk};

/// What to select. The default selects nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Select {
    /// Files, folders and quoted globs as given; `-` is the caller's.
    pub(crate) paths: Vec<PathBuf>,
    /// A list with further paths (`--files-from`).
    pub(crate) files_from: Option<FilesFrom>,
    /// In folders, only what one of these matches, whatever its name ends in.
    pub(crate) include: Vec<Pattern>,
    /// In folders, nothing that one of these matches.
    pub(crate) exclude: Vec<Pattern>,
    /// Whether folders give up their hidden files and folders too (`.git` never).
    pub(crate) hidden: bool,
    /// Whether `.gitignore` and `.ignore` files count for nothing.
    pub(crate) no_ignore: bool,
    /// Whether links to folders are followed; links to files always are.
    pub(crate) follow: bool,
    /// Which names are taken from folders.
    pub(crate) kinds: Kinds,
    /// The run's own outputs: folders that are not entered, files that are not read, unless they are named.
    pub(crate) skip: Vec<PathBuf>,
    /// Whether a file that is reached under two names is taken once.
    pub(crate) unique: bool,
}

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Where it is, as given or as found below a folder that was given.
    pub(crate) path: PathBuf,
    /// Whether it was named, by itself or by a glob or list, rather than found in a folder.
    pub(crate) named: bool,
    /// Its place below `--out-dir`; never absolute, without `..`.
    pub(crate) relative: PathBuf,
}

/// The files of a run, what was left out, and the paths that gave trouble.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// In the order of their paths.
    pub(crate) files: Vec<Selected>,
    /// What folders held beside them.
    pub(crate) skipped: Skipped,
    /// Paths that are missing or unreadable. They do not stop the run, but it has failed.
    pub(crate) problems: Vec<SelectError>,
}

impl Selection {
    /// Nothing to do is an error, unless `--allow-empty` says otherwise.
    ///
    /// # Errors
    /// When no file was selected and no problem says why.
    pub(crate) fn require_some(&self) -> Result<(), SelectError> {
        if self.files.is_empty() && self.problems.is_empty() {
            return Err(SelectError::nothing(&self.skipped));
        }
        Ok(())
    }
}

/// Finds the files.
///
/// # Errors
/// For a pattern that cannot be read and for a list that cannot be read; a single path that is
/// missing or unreadable becomes one of [`Selection::problems`] instead.
pub(crate) fn select(args: &Select) -> Result<Selection, SelectError> {
    let filter = Filter::new(args)?;
    let mut gather = Gather {
        filter: &filter,
        found: Vec::new(),
        selection: Selection::default(),
        roots: 0,
    };
    for path in &args.paths {
        gather.argument(path)?;
    }
    if let Some(from) = &args.files_from {
        for path in from.read()? {
            let relative = output::mirrored(&path);
            gather.named(&path, relative.clone(), relative);
        }
    }
    let Gather {
        mut found,
        mut selection,
        roots,
        ..
    } = gather;
    found.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| b.named.cmp(&a.named)));
    if args.unique && (roots > 1 || found.iter().any(|found| found.linked)) {
        once(&mut found, &mut selection.skipped);
    }
    found.dedup_by(|later, first| later.path == first.path && later.relative == first.relative);
    selection.files = found
        .into_iter()
        .map(
            |Found {
                 path,
                 relative,
                 named,
                 ..
             }| Selected {
                path,
                named,
                relative,
            },
        )
        .collect();
    Ok(selection)
}

struct Gather<'a> {
    filter: &'a Filter,
    found: Vec<Found>,
    selection: Selection,
    roots: usize,
}

impl Gather<'_> {
    /// A path of the command line, which may be a glob when nothing has that very name.
    fn argument(&mut self, path: &Path) -> Result<(), SelectError> {
        let missing =
            matches!(fs::symlink_metadata(path), Err(e) if e.kind() == io::ErrorKind::NotFound);
        let Some(glob) = expand::Glob::of(path).filter(|_| missing) else {
            self.named(path, output::below(path, path.parent()), PathBuf::new());
            return Ok(());
        };
        let (matches, mut problems) = glob.expand(self.filter.hidden())?;
        if matches.is_empty() && problems.is_empty() {
            self.selection.problems.push(SelectError::no_match(path));
        }
        self.selection.problems.append(&mut problems);
        for path in matches {
            let relative = output::below(&path, Some(glob.base()));
            self.named(&path, relative.clone(), relative);
        }
        Ok(())
    }

    /// A path that exists, or a problem. Below `--out-dir`, a file gets the place `as_file`, and
    /// what a folder holds is put under `as_folder`.
    fn named(&mut self, path: &Path, as_file: PathBuf, as_folder: PathBuf) {
        self.roots += 1;
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                let mut walk = Walk::new(self.filter, path, as_folder);
                walk.run();
                self.found.append(&mut walk.found);
                self.selection.skipped.add(&walk.skipped);
                self.selection.problems.append(&mut walk.problems);
            }
            Ok(_) => {
                let linked = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
                let path = path.to_owned();
                let resolved = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                self.found.push(Found {
                    path,
                    relative: as_file,
                    named: true,
                    linked,
                    resolved,
                });
            }
            Err(error) => self
                .selection
                .problems
                .push(SelectError::unreadable(path, error)),
        }
    }
}

/// Leaves one name of every file: its own rather than a link's, a named one rather than a found
/// one, else the first.
fn once(found: &mut Vec<Found>, skipped: &mut Skipped) {
    let mut best: HashMap<PathBuf, usize> = HashMap::with_capacity(found.len());
    for (at, this) in found.iter().enumerate() {
        best.entry(this.resolved.clone())
            .and_modify(|kept| {
                let rank = |found: &Found| (found.linked, !found.named);
                if found.get(*kept).is_some_and(|kept| rank(this) < rank(kept)) {
                    *kept = at;
                }
            })
            .or_insert(at);
    }
    let mut at = 0;
    found.retain(|this| {
        let keep = best.get(&this.resolved) == Some(&at);
        if !keep {
            skipped.count(Reason::Again);
        }
        at += 1;
        keep
    });
}

#[cfg(test)]
mod tests;
