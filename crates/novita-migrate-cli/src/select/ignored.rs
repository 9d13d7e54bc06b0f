//! `.gitignore` and `.ignore` files, of the walked folders and of the repository above them.
//!
//! Unlike git, these rules hold outside of repositories too: a data folder with a `.gitignore`
//! means what it says. A person's global git configuration is not read, since the same tree must
//! give the same run on any machine.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The rules in force in one folder, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    rules: Vec<Rules>,
}

/// One ignore file: its rules, and where its folder lies seen from the walked one.
#[derive(Debug)]
struct Rules {
    set: Gitignore,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Above the walked folder, which is at this path below it.
    Above(PathBuf),
    /// At this path below the walked folder.
    Below(PathBuf),
}

impl Ignored {
    /// The rules from above a walked folder: those of its repository, if it is in one.
    pub(super) fn above(resolved: &Path) -> Self {
        let mut ignored = Self::default();
        let folders: Vec<&Path> = resolved.ancestors().collect();
        let Some(repository) = folders
            .iter()
            .position(|folder| folder.join(".git").exists())
        else {
            return ignored;
        };
        for folder in folders.iter().take(repository + 1).rev() {
            let place =
                || Place::Above(resolved.strip_prefix(folder).unwrap_or(resolved).to_owned());
            if folder.join(".git").exists() {
                ignored.push(&folder.join(".git/info/exclude"), place());
            }
            // The walked folder's own files are read when it is entered.
            if *folder != resolved {
                ignored.push(&folder.join(".gitignore"), place());
                ignored.push(&folder.join(".ignore"), place());
            }
        }
        ignored
    }

    /// Adds the rules of a folder that is entered; gives back what [`leave`](Ignored::leave) takes.
    pub(super) fn enter(&mut self, folder: &Path, relative: &Path, names: Present) -> usize {
        let before = self.rules.len();
        if names.gitignore {
            self.push(
                &folder.join(".gitignore"),
                Place::Below(relative.to_owned()),
            );
        }
        if names.ignore {
            self.push(&folder.join(".ignore"), Place::Below(relative.to_owned()));
        }
        before
    }

    pub(super) fn leave(&mut self, before: usize) {
        self.rules.truncate(before);
    }

    /// Whether the innermost rule that matches a path below the walked folder ignores it.
    pub(super) fn ignores(&self, relative: &Path, folder: bool) -> bool {
        for rules in self.rules.iter().rev() {
            let matched = match &rules.place {
                Place::Above(prefix) if !prefix.as_os_str().is_empty() => {
                    rules.set.matched(prefix.join(relative), folder)
                }
                Place::Above(_) => rules.set.matched(relative, folder),
                Place::Below(prefix) => rules
                    .set
                    .matched(relative.strip_prefix(prefix).unwrap_or(relative), folder),
            };
            match matched {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    fn push(&mut self, file: &Path, place: Place) {
        // An ignore file that cannot be read or a line in it that is no glob ignores nothing:
        // taking too much is reported file by file, taking too little would not be noticed.
        let Ok(bytes) = fs::read(file) else { return };
        let mut set = GitignoreBuilder::new(".");
        for line in String::from_utf8_lossy(&bytes)
            .trim_start_matches('\u{feff}')
            .lines()
        {
            let _ = set.add_line(None, line);
        }
        if let Ok(set) = set.build()
            && !set.is_empty()
        {
            self.rules.push(Rules { set, place });
        }
    }
}

/// Which ignore files a folder holds, as its listing said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Present {
    pub(super) gitignore: bool,
    pub(super) ignore: bool,
}
