//! `undo`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::{FAILED, OK, Stop, print};
use crate::args::{GlobalArgs, UndoArgs};
use crate::batch::journaling;
use crate::report::style::{ERROR, STRONG};
use crate::report::{bytes, name, several};
use crate::write::interrupt;
use crate::write::undo::{RunState, Undone, runs, undo};

/// Puts back what a run replaced, or lists the runs.
pub(super) fn run(args: &UndoArgs, global: &GlobalArgs) -> Result<u8, Stop> {
    let journal = journaling(args.journal_dir.as_ref(), false);
    if args.list {
        let runs = runs(&journal).map_err(|error| Stop::with(&error, error.help()))?;
        let mut out = String::new();
        for run in &runs {
            let state = match run.state {
                RunState::Finished => "",
                RunState::Interrupted => ", interrupted",
                RunState::Running => ", still running",
                RunState::Undone => ", undone",
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{}  {}  {}, {}{state}",
                run.id,
                name(&run.folder),
                several(run.files as u64, "file"),
                bytes(run.bytes)
            );
        }
        if runs.is_empty() && !global.quiet {
            crate::report::style::say(
                "no run can be taken back: `convert --write` has replaced nothing here",
            );
        }
        return print(&out);
    }
    if !args.dry_run {
        interrupt::survive_limits()
            .and_then(|()| interrupt::install())
            .map_err(|error| Stop::plain(format_args!("cannot listen for signals: {error}")))?;
    }
    let mut err = anstream::stderr().lock();
    let verbose = global.verbose || args.dry_run;
    let mut each = |path: &Path, result: &Result<Undone, crate::write::WriteError>| {
        // Without stderr there is nobody to tell.
        let _ = match result {
            Ok(Undone::Restored) if verbose => {
                writeln!(
                    err,
                    "{}: {}",
                    name(path),
                    if args.dry_run {
                        "would be put back"
                    } else {
                        "put back"
                    }
                )
            }
            Ok(_) => Ok(()),
            Err(error) => {
                let help = error.help().map_or_else(String::new, |help| {
                    format!("\n  {STRONG}help{STRONG:#}: {help}")
                });
                writeln!(err, "{ERROR}error{ERROR:#}: {error}{help}")
            }
        };
    };
    let summary = undo(&journal, args.run.as_deref(), args.dry_run, &mut each)
        .map_err(|error| Stop::with(&error, error.help()))?;
    if !global.quiet {
        let verb = if args.dry_run {
            "would be put back"
        } else {
            "put back"
        };
        let mut line = format!(
            "run {}: {} {verb}",
            summary.run,
            several(summary.restored as u64, "file")
        );
        if summary.already > 0 {
            let _ = write!(line, ", {} had their old content already", summary.already);
        }
        if summary.left > 0 {
            let _ = write!(line, ", {} left as they are", summary.left);
        }
        let _ = writeln!(err, "{STRONG}{line}{STRONG:#}");
    }
    let code = if summary.left > 0 { FAILED } else { OK };
    Ok(interrupt::exit_code().unwrap_or(code))
}
