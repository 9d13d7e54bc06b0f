//! Globs that reached the program unexpanded, because they were quoted.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use super::SelectError;
use super::error::SelectErrorKind;

/// A path with `*`, `?`, `[…]` or `{…}` in it: what a shell would expand, and `**` for any depth.
#[derive(Debug)]
pub(super) struct Glob {
    whole: String,
    /// The folders in front of the first special character.
    base: PathBuf,
    /// How deep below the base a match can lie; `None` for any depth.
    depth: Option<usize>,
    /// Whether `**` is a part of the glob.
    deep: bool,
    /// Whether a part of the glob starts with a dot, and so asks for hidden names.
    dots: bool,
}

impl Glob {
    /// The path as a glob, if it is one. Names that are not UTF-8 are only ever names.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let whole = path.to_str()?;
        let special = |part: &str| part.contains(['*', '?', '[', '{']);
        if !special(whole) {
            return None;
        }
        let mut base = PathBuf::new();
        let mut depth = Some(0);
        let (mut deep, mut dots, mut literal) = (false, false, true);
        for part in path.components().filter(|part| *part != Component::CurDir) {
            let text = part.as_os_str().to_str()?;
            literal = literal && !special(text);
            if literal {
                base.push(part);
                continue;
            }
            deep |= text.contains("**");
            // A brace may hold slashes, so it says nothing about the depth.
            depth = if deep || text.contains('{') {
                None
            } else {
                depth.map(|depth: usize| depth + 1)
            };
            dots |= matches!(part, Component::Normal(_)) && text.starts_with('.');
        }
        Some(Self {
            whole: whole.to_owned(),
            base,
            depth,
            deep,
            dots,
        })
    }

    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// Everything that matches, files and folders, and the folders that could not be searched.
    /// Like a shell's, a glob passes hidden names by unless it spells the dot. With `**` only
    /// files match: they are found at every depth anyway.
    pub(super) fn expand(
        &self,
        hidden: bool,
    ) -> Result<(Vec<PathBuf>, Vec<SelectError>), SelectError> {
        let matcher = self.compile()?;
        let from = if self.base.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.base
        };
        let mut walk = WalkBuilder::new(from);
        walk.standard_filters(false)
            .hidden(!hidden && !self.dots)
            .max_depth(self.depth);
        walk.sort_by_file_name(OsStr::cmp);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        let (mut matches, mut problems) = (Vec::new(), Vec::new());
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    problems.push(SelectError::search(&self.whole, error));
                    continue;
                }
            };
            let path = entry.path().strip_prefix(".").unwrap_or(entry.path());
            let kind_fits = !self.deep || entry.file_type().is_some_and(|kind| !kind.is_dir());
            if entry.depth() > 0 && kind_fits && matcher.is_match(path) {
                matches.push(path.to_owned());
            }
        }
        Ok((matches, problems))
    }

    fn compile(&self) -> Result<GlobMatcher, SelectError> {
        let error = |error: globset::Error| {
            let text = format!("not a glob: {}", error.kind());
            SelectError::new(SelectErrorKind::Pattern, Path::new(&self.whole), text)
        };
        // The walk gives `a/b` where `./a//b` was typed.
        let parts = Path::new(&self.whole)
            .components()
            .filter(|part| *part != Component::CurDir);
        let clean = parts.collect::<PathBuf>();
        let clean = clean.to_str().unwrap_or(&self.whole);
        let glob = GlobBuilder::new(clean)
            .literal_separator(true)
            .build()
            .map_err(error)?;
        Ok(glob.compile_matcher())
    }
}
