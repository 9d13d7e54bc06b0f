//! What a folder walk takes: name endings, `--include`, `--exclude`, hidden names.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Select, SelectError};

/// A glob with the rules of a `.gitignore` line: without a slash it matches names at any depth,
/// with one it is anchored, at its base or at the folder that is walked.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The glob.
    pub(crate) glob: String,
    /// Where a glob with a slash is anchored: the working folder, or that of the configuration.
    pub(crate) base: PathBuf,
}

/// Which kinds of names folders give up. JSON is always one of them: `.json`, `.ndjson` and
/// `.jsonl`. Each kind may also end in `.gz`, `.zst` or `.zstd`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kinds {
    /// `.csv` and `.tsv`.
    pub(crate) tables: bool,
    /// `.sh`, `.bash` and `.zsh`.
    pub(crate) scripts: bool,
    /// `.md`, `.markdown` and `.txt`.
    pub(crate) texts: bool,
    /// `.har`.
    pub(crate) find: bool,
}

impl Kinds {
    /// Whether a name ends in one of these kinds.
    #[must_use]
    pub(crate) fn take(self, name: &OsStr) -> bool {
        let Some((stem, last)) = ending(name.as_bytes()) else {
            return false;
        };
        let packed = [b"gz".as_slice(), b"zst", b"zstd"]
            .iter()
            .any(|end| last.eq_ignore_ascii_case(end));
        let kind = if packed {
            ending(stem).map(|(_, kind)| kind)
        } else {
            Some(last)
        };
        let Some(kind) = kind else { return false };
        let is = |names: &[&[u8]]| names.iter().any(|name| kind.eq_ignore_ascii_case(name));
        is(&[b"json", b"ndjson", b"jsonl"])
            || (self.tables && is(&[b"csv", b"tsv"]))
            || (self.scripts && is(&[b"sh", b"bash", b"zsh"]))
            || (self.texts && is(&[b"md", b"markdown", b"txt"]))
            || (self.find && is(&[b"har"]))
    }
}

/// The name before its last dot, and what follows the dot. A dot in front is no ending.
fn ending(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = name
        .iter()
        .rposition(|byte| *byte == b'.')
        .filter(|dot| *dot > 0)?;
    Some((name.get(..dot)?, name.get(dot + 1..)?))
}

/// The settings of a walk, compiled.
#[derive(Debug)]
pub(super) struct Filter {
    include: Vec<Globs>,
    exclude: Vec<Globs>,
    skip: Vec<PathBuf>,
    kinds: Kinds,
    hidden: bool,
    pub(super) no_ignore: bool,
    pub(super) follow: bool,
}

/// The patterns of one base.
#[derive(Debug)]
struct Globs {
    base: PathBuf,
    set: Gitignore,
}

impl Filter {
    pub(super) fn new(args: &Select) -> Result<Self, SelectError> {
        let skip = args
            .skip
            .iter()
            .map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
        Ok(Self {
            include: compile(&args.include)?,
            exclude: compile(&args.exclude)?,
            skip: skip.collect(),
            kinds: args.kinds,
            hidden: args.hidden,
            no_ignore: args.no_ignore,
            follow: args.follow,
        })
    }

    pub(super) fn hidden(&self) -> bool {
        self.hidden
    }

    /// Hidden names. `.git` stays out even of `--hidden`: rewriting there breaks a repository.
    pub(super) fn hides(&self, name: &OsStr) -> bool {
        let name = name.as_bytes();
        name == b".git" || (!self.hidden && name.first() == Some(&b'.'))
    }

    pub(super) fn is_output(&self, resolved: &Path) -> bool {
        self.skip.iter().any(|skip| skip == resolved)
    }

    pub(super) fn has_outputs(&self) -> bool {
        !self.skip.is_empty()
    }

    /// The view of this filter from one walked folder.
    pub(super) fn at(&self, root: &Path) -> Anchored<'_> {
        let prefix = |globs: &Globs| root.strip_prefix(&globs.base).ok().map(Path::to_owned);
        Anchored {
            filter: self,
            include: self.include.iter().map(prefix).collect(),
            exclude: self.exclude.iter().map(prefix).collect(),
        }
    }
}

/// A [`Filter`] together with where the walked folder lies below the bases of the patterns.
#[derive(Debug)]
pub(super) struct Anchored<'a> {
    filter: &'a Filter,
    include: Vec<Option<PathBuf>>,
    exclude: Vec<Option<PathBuf>>,
}

impl Anchored<'_> {
    /// Whether `--exclude` matches a path below the walked folder.
    pub(super) fn excludes(&self, relative: &Path, folder: bool) -> bool {
        any(
            &self.filter.exclude,
            &self.exclude,
            relative,
            |set, path| set.matched(path, folder).is_ignore(),
        )
    }

    /// Whether `--include` matches a file below the walked folder; `None` without `--include`.
    pub(super) fn includes(&self, relative: &Path) -> Option<bool> {
        if self.filter.include.is_empty() {
            return None;
        }
        Some(any(
            &self.filter.include,
            &self.include,
            relative,
            |set, path| set.matched_path_or_any_parents(path, false).is_ignore(),
        ))
    }

    /// Whether the name ends in something that holds payloads.
    pub(super) fn takes(&self, name: &OsStr) -> bool {
        self.filter.kinds.take(name)
    }
}

fn any(
    globs: &[Globs],
    prefixes: &[Option<PathBuf>],
    relative: &Path,
    matched: impl Fn(&Gitignore, &Path) -> bool,
) -> bool {
    globs.iter().zip(prefixes).any(|(globs, prefix)| {
        let from_base = match prefix {
            Some(prefix) if !prefix.as_os_str().is_empty() => {
                matched(&globs.set, &prefix.join(relative))
            }
            _ => false,
        };
        from_base || matched(&globs.set, relative)
    })
}

fn compile(patterns: &[Pattern]) -> Result<Vec<Globs>, SelectError> {
    let mut sets: Vec<(PathBuf, GitignoreBuilder)> = Vec::new();
    for Pattern { glob, base } in patterns {
        let base = base.canonicalize().unwrap_or_else(|_| base.clone());
        let at = sets
            .iter()
            .position(|(known, _)| *known == base)
            .unwrap_or_else(|| {
                // Paths are made relative before they are matched, so every set has the same root.
                sets.push((base, GitignoreBuilder::new(".")));
                sets.len() - 1
            });
        // A pattern typed as a path may start with `./`; in ignore files that matches nothing.
        let line = glob
            .strip_prefix("./")
            .map_or_else(|| glob.clone(), |rest| format!("/{rest}"));
        if let Some((_, set)) = sets.get_mut(at) {
            set.add_line(None, &line)
                .map_err(|error| SelectError::pattern(glob, &error))?;
        }
    }
    sets.into_iter()
        .map(|(base, set)| {
            let set = set
                .build()
                .map_err(|error| SelectError::pattern("--include/--exclude", &error))?;
            Ok(Globs { base, set })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Kinds;
    use std::ffi::OsStr;

    #[test]
    fn json_is_taken_whatever_its_case_and_packing() {
        let kinds = Kinds::default();
        for name in [
            "a.json",
            "b.ndjson",
            "c.jsonl",
            "D.JSON",
            "log.ndjson.gz",
            "x.json.zst",
            "a.b.json.ZSTD",
        ] {
            assert!(kinds.take(OsStr::new(name)), "{name}");
        }
        for name in [
            "json",
            ".json",
            "a.json5",
            "a.gz",
            "a.json.bak",
            "a.json.gz.bak",
            "a.csv",
            "a.sh",
            "a.",
        ] {
            assert!(!kinds.take(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn other_kinds_are_taken_only_when_asked_for() {
        let all = Kinds {
            tables: true,
            scripts: true,
            texts: true,
            find: true,
        };
        for name in [
            "a.csv",
            "a.TSV.gz",
            "run.sh",
            "README.md",
            "notes.txt",
            "trace.har",
        ] {
            assert!(all.take(OsStr::new(name)), "{name}");
        }
        assert!(
            !Kinds {
                tables: true,
                ..Kinds::default()
            }
            .take(OsStr::new("run.sh"))
        );
    }
}
