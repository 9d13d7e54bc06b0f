//! Where results go.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where results go. Without any of these one input goes to stdout.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Replace the files with what they convert to, safely: atomic, journalled, `undo` takes it back
    #[arg(short, long, group = "mode")]
    pub(crate) write: bool,

    /// Write results below DIR under their own names; the inputs stay as they are
    #[arg(short, long, value_name = "DIR", group = "mode")]
    pub(crate) out_dir: Option<PathBuf>,

    /// Write nothing; exit 1 if anything would change
    #[arg(long, group = "mode")]
    pub(crate) check: bool,

    /// Write nothing; print what would change as a unified diff, and exit 1 if there is any
    #[arg(long, group = "mode")]
    pub(crate) diff: bool,

    /// Write nothing; print the names of the files that would change, and exit 1 if there are any
    #[arg(short, long, group = "mode")]
    pub(crate) list_different: bool,

    /// Write nothing; say what --write would do
    #[arg(long, group = "mode")]
    pub(crate) dry_run: bool,

    /// With --out-dir: overwrite files that are already there
    #[arg(long, requires = "out_dir")]
    pub(crate) force: bool,

    /// With --write: keep the old file beside the new one, with SUFFIX added to its name [default suffix: .bak]
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, default_missing_value = ".bak", requires = "write")]
    pub(crate) backup: Option<OsString>,

    /// With --write: keep the journal that `undo` reads in DIR
    #[arg(long, value_name = "DIR", requires = "write")]
    pub(crate) journal_dir: Option<PathBuf>,

    /// With --write: keep no journal; `undo` cannot take the run back
    #[arg(long, requires = "write", conflicts_with = "journal_dir")]
    pub(crate) no_journal: bool,

    /// With --write: what to do with a file that has further hard links [default: refuse]
    #[arg(long, value_name = "CHOICE", value_enum, requires = "write")]
    pub(crate) hard_links: Option<HardLinksArg>,

    /// Copy every record that was kept or failed to FILE as well
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

/// `--hard-links`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HardLinksArg {
    /// Leave the file as it is and report it
    Refuse,
    /// Replace it by a file of its own; its other names keep the old content
    Break,
}

/// What a run does with its results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One input, to stdout.
    Stdout,
    /// `--write`
    Write,
    /// `--out-dir`
    OutDir,
    /// `--check`, and the command `check`
    Check,
    /// `--diff`
    Diff,
    /// `--list-different`
    ListDifferent,
    /// `--dry-run`
    DryRun,
    /// The command `audit`
    Audit,
}

impl OutputArgs {
    /// The mode that the flags ask for.
    pub(crate) fn mode(&self) -> Mode {
        let flags = [
            (self.write, Mode::Write),
            (self.out_dir.is_some(), Mode::OutDir),
            (self.check, Mode::Check),
            (self.diff, Mode::Diff),
            (self.list_different, Mode::ListDifferent),
            (self.dry_run, Mode::DryRun),
        ];
        flags
            .into_iter()
            .find(|(given, _)| *given)
            .map_or(Mode::Stdout, |(_, mode)| mode)
    }
}

impl Mode {
    /// Whether stdout carries the run's data, so that nothing else may go there.
    pub(crate) fn uses_stdout(self) -> bool {
        matches!(
            self,
            Mode::Stdout | Mode::Diff | Mode::ListDifferent | Mode::Audit
        )
    }

    /// Whether results are written somewhere.
    pub(crate) fn writes(self) -> bool {
        matches!(self, Mode::Stdout | Mode::Write | Mode::OutDir)
    }

    /// Whether finding something to change is exit code 1.
    pub(crate) fn fails_on_change(self) -> bool {
        matches!(self, Mode::Check | Mode::Diff | Mode::ListDifferent)
    }
}
