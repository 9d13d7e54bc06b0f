//! What a run reads: stdin, one file, or many.

use std::fs::{File, Metadata};
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Stop;
use crate::args::{FormatArg, InputArgs, Mode, SelectArgs};
use crate::config::Settings;
use crate::select::{FilesFrom, Kinds, Pattern, Select, Selection, select};

/// What a run reads.
pub(super) enum Inputs {
    /// Stdin.
    Stdin,
    /// One file by its name, for the modes that stream it to stdout.
    One(PathBuf),
    /// Files, perhaps none.
    Many(Selection),
}

/// Which file this is, if it is one.
pub(super) fn regular(meta: io::Result<Metadata>) -> Option<(u64, u64)> {
    let meta = meta.ok().filter(Metadata::is_file)?;
    Some((meta.dev(), meta.ino()))
}

impl Inputs {
    /// Whether a file is among them, under whatever name.
    pub(super) fn hold(&self, file: (u64, u64)) -> bool {
        let is = |meta| regular(meta) == Some(file);
        match self {
            Inputs::Stdin => is(io::stdin()
                .as_fd()
                .try_clone_to_owned()
                .and_then(|stdin| File::from(stdin).metadata())),
            Inputs::One(path) => is(path.metadata()),
            Inputs::Many(selection) => selection.files.iter().any(|file| is(file.path.metadata())),
        }
    }
}

/// Everything that decides about the inputs.
pub(super) struct Wanted<'a> {
    pub(super) command: &'static str,
    pub(super) input: &'a InputArgs,
    pub(super) select: &'a SelectArgs,
    pub(super) settings: &'a Settings,
    pub(super) mode: Mode,
    /// Folders and files that the run writes to: not read unless named.
    pub(super) outputs: Vec<PathBuf>,
}

const STDIN: &str = "-";

impl Wanted<'_> {
    /// Finds the inputs.
    pub(super) fn find(self) -> Result<Inputs, Stop> {
        let paths = &self.input.paths;
        let named_stdin = paths.iter().any(|path| path == Path::new(STDIN));
        if named_stdin || (paths.is_empty() && self.select.files_from.is_none()) {
            return self.stdin(named_stdin);
        }
        if self.mode == Mode::Stdout
            && self.select.files_from.is_none()
            && let [path] = paths.as_slice()
            && path.is_file()
        {
            return Ok(Inputs::One(path.clone()));
        }
        let selection =
            select(&self.to_select()).map_err(|error| Stop::with(&error, error.help()))?;
        if !self.select.allow_empty {
            selection
                .require_some()
                .map_err(|error| Stop::with(&error, error.help()))?;
        }
        if self.mode != Mode::Stdout {
            return Ok(Inputs::Many(selection));
        }
        // A glob, a list or a repeated name may well stand for one file.
        match selection.files.as_slice() {
            [file] if file.named && selection.problems.is_empty() => {
                Ok(Inputs::One(file.path.clone()))
            }
            [] => Ok(Inputs::Many(selection)),
            files => {
                let what = if files.iter().any(|file| !file.named) {
                    "the files of a folder"
                } else {
                    "several files"
                };
                Err(Stop::help(
                    format_args!("{what} cannot be written to stdout together"),
                    "write them with `--write` (in place) or `--out-dir DIR`, or look first with `--dry-run` or `--diff`",
                ))
            }
        }
    }

    fn stdin(&self, named: bool) -> Result<Inputs, Stop> {
        if self.input.paths.len() > 1 || (named && self.select.files_from.is_some()) {
            return Err(Stop::help(
                "stdin (`-`) is read on its own, not together with files",
                "run the command twice",
            ));
        }
        match self.mode {
            Mode::Write => {
                return Err(Stop::help(
                    "`--write` replaces files, and stdin is none",
                    "leave `--write` out: the result goes to stdout",
                ));
            }
            Mode::OutDir => {
                return Err(Stop::help(
                    "`--out-dir` needs names, and stdin has none",
                    "leave `--out-dir` out: the result goes to stdout",
                ));
            }
            _ => {}
        }
        if !named && io::stdin().is_terminal() {
            let command = self.command;
            return Err(Stop::help(
                "nothing to read: no PATH was given, and stdin is a terminal",
                format_args!(
                    "for example `novita-migrate {command} payload.json`, or a pipe: `cat log.ndjson | novita-migrate {command}`"
                ),
            ));
        }
        Ok(Inputs::Stdin)
    }

    fn to_select(&self) -> Select {
        let input = self.input;
        let anchor = |file: bool| match (&self.settings.file, file) {
            (Some((_, folder)), true) => folder.clone(),
            _ => PathBuf::from("."),
        };
        let patterns = |globs: &[crate::config::Set<String>]| {
            globs
                .iter()
                .map(|glob| Pattern {
                    glob: glob.value.clone(),
                    base: anchor(glob.is_of_file()),
                })
                .collect()
        };
        let auto = matches!(input.format, None | Some(FormatArg::Auto));
        Select {
            paths: input.paths.clone(),
            files_from: self.select.files_from.as_ref().map(|from| FilesFrom {
                from: (from != Path::new(STDIN)).then(|| from.clone()),
                nul: self.select.null,
            }),
            include: patterns(&self.settings.include),
            exclude: patterns(&self.settings.exclude),
            hidden: self.settings.hidden.value,
            no_ignore: self.settings.no_ignore.value,
            follow: self.settings.follow.value,
            kinds: Kinds {
                tables: !input.column.is_empty()
                    || matches!(input.format, Some(FormatArg::Csv | FormatArg::Tsv)),
                // A script that calls no V2 URL passes through; Markdown and text files are read only on request.
                scripts: auto || matches!(input.format, Some(FormatArg::Curl)),
                texts: matches!(input.format, Some(FormatArg::Curl)),
                find: input.find && auto,
            },
            skip: self.outputs.clone(),
            unique: self.mode != Mode::OutDir,
        }
    }
}
