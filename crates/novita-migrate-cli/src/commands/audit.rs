//! `audit`: runs over the inputs as `check` does, and keeps what it saw.

mod verdict;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inputs::{Inputs, Wanted, regular};
use super::{FOUND, OK, Stop};
use crate::args::{AuditArgs, FormatArg, GlobalArgs, Mode, OutputFormat, ReportArgs};
use crate::audit::{self, Action, Audit, Report, Store, compare};
use crate::batch::{self, Batch};
use crate::config::Settings;
use crate::report::{Tellers, name, several, style};
use crate::run::{Attention, Job, Keep, Task, Threads};
use crate::select::Selected;
use crate::write::{interrupt, plain, put};
use verdict::Verdict;

/// Runs `audit`.
pub(super) fn run(args: &AuditArgs, global: &GlobalArgs) -> Result<u8, Stop> {
    match args.pages.compare.as_deref() {
        Some([old, new]) => between(old, new),
        _ => Run { args, global }.start(),
    }
}

/// `--compare`.
fn between(old: &Path, new: &Path) -> Result<u8, Stop> {
    let read = |path: &Path| -> Result<Report, Stop> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Stop::plain(format_args!(
                "{}: cannot read: {}",
                name(path),
                plain(&error)
            ))
        })?;
        compare::read(&text).map_err(|error| Stop::plain(format_args!("{}: {error}", name(path))))
    };
    let changed = compare::compare(&read(old)?, &read(new)?);
    if changed.is_empty() {
        style::say("nothing changed");
        return Ok(OK);
    }
    super::print(&changed).map(|_| FOUND)
}

struct Run<'a> {
    args: &'a AuditArgs,
    global: &'a GlobalArgs,
}

impl Run<'_> {
    fn start(&self) -> Result<u8, Stop> {
        let args = self.args;
        let settings = Settings::load(
            &args.config,
            &args.options,
            &args.levels,
            &args.select.filter,
        )?;
        let inputs = Wanted {
            command: "audit",
            input: &args.input,
            select: &args.select,
            settings: &settings,
            mode: Mode::Audit,
            outputs: self.outputs(),
        }
        .find()?;
        self.guard(&inputs)?;
        let audit = Arc::new(Audit::new(
            args.pages.group_by,
            settings.accepts.clone(),
            self.store()?,
            files(&inputs),
        ));
        let report = ReportArgs {
            report: None,
            output_format: OutputFormat::Human,
        };
        let mut tellers = Tellers::new(self.global, &report, Mode::Audit).map_err(Stop::stdout)?;
        let batch = Batch {
            job: self.job(&settings, &audit)?,
            mode: Mode::Audit,
            output: None,
            null: false,
            colour: anstream::stdout().current_choice() != anstream::ColorChoice::Never,
            watched: crate::report::watched(self.global, Mode::Audit),
        };
        let mut closing = match inputs {
            Inputs::Stdin => batch::stdin(&batch, &mut tellers, None)?,
            Inputs::One(path) => batch::one(&batch, &path, &mut tellers, None)?,
            Inputs::Many(selection) => batch::many(&batch, selection, &mut tellers, None)?,
        };
        if !self.global.verbose && !batch.watched {
            closing.elapsed = None;
        }
        let report = audit.report();
        self.write(&report, &audit)?;
        tellers.finish(&closing).map_err(Stop::stdout)?;
        let mut verdict = Verdict {
            args: &args.snapshots,
            quiet: self.global.quiet,
            colour: batch.colour,
            is_partial: closing.problems > 0,
            is_found: false,
        };
        verdict.snapshots(&audit)?;
        verdict.accepted(&report);
        let groups = several(report.groups.len() as u64, "group");
        verdict.say(&format!("  {groups} of payloads"));
        Ok(interrupt::exit_code().unwrap_or_else(|| verdict.code()))
    }

    fn job(&self, settings: &Settings, audit: &Arc<Audit>) -> Result<Job, Stop> {
        let input = &self.args.input;
        Ok(Job {
            task: Task::Audit(Arc::clone(audit)),
            options: settings.options()?,
            document: self.args.endpoint.document(),
            format: input.format.unwrap_or(FormatArg::Auto),
            tolerant: input.tolerant,
            column: input.column.clone(),
            at: input.at.clone(),
            find: input.find,
            threads: Threads::of(input.threads),
            max_input: input.max_input_size,
            attention: Arc::new(Attention::new(Keep::Failures, 0)),
        })
    }

    fn store(&self) -> Result<Option<Store>, Stop> {
        let snapshots = &self.args.snapshots;
        let Some(folder) = &snapshots.snapshots else {
            return Ok(None);
        };
        let action = match (snapshots.check, snapshots.accept) {
            (true, _) => Action::Check,
            (_, true) => Action::Accept,
            _ => Action::Propose,
        };
        let store = Store::open(folder, action);
        store.map(Some).map_err(|error| {
            Stop::plain(format_args!(
                "{}: cannot read the snapshots: {}",
                name(folder),
                plain(&error)
            ))
        })
    }

    /// What the run writes to: what of it lies in a folder to be read is no input.
    fn outputs(&self) -> Vec<PathBuf> {
        let snapshots = self.args.snapshots.snapshots.iter();
        snapshots.chain(self.reports()).cloned().collect()
    }

    /// Makes sure that no input is overwritten by what is said about it.
    fn guard(&self, inputs: &Inputs) -> Result<(), Stop> {
        let is_input = |path: &&PathBuf| regular(path.metadata()).is_some_and(|id| inputs.hold(id));
        match self.reports().find(is_input) {
            None => Ok(()),
            Some(path) => Err(Stop::help(
                format_args!("{} is an input, and would be overwritten", name(path)),
                "choose another name for the report",
            )),
        }
    }

    fn reports(&self) -> impl Iterator<Item = &PathBuf> {
        let pages = &self.args.pages;
        [&pages.report_html, &pages.report_md, &pages.report_json]
            .into_iter()
            .flatten()
    }

    /// Writes the reports; without any, and without snapshots, the Markdown goes to stdout.
    fn write(&self, report: &Report, audit: &Audit) -> Result<(), Stop> {
        let pages = &self.args.pages;
        let failed = |path: &Path, error: &dyn std::fmt::Display| {
            Stop::plain(format_args!(
                "{}: cannot write the report: {error}",
                name(path)
            ))
        };
        let write = |path: &Path, text: &str| -> Result<(), Stop> {
            if path == Path::new("-") {
                return super::print(text).map(|_| ());
            }
            put(path, text.as_bytes()).map_err(|error| failed(path, &plain(&error)))
        };
        if let Some(path) = &pages.report_html {
            let page = audit::html(report, &audit.seen()).map_err(|error| failed(path, &error))?;
            write(path, &page)?;
        }
        if let Some(path) = &pages.report_json {
            let json =
                serde_json::to_string_pretty(report).map_err(|error| failed(path, &error))?;
            write(path, &(json + "\n"))?;
        }
        match &pages.report_md {
            Some(path) => write(path, &audit::markdown(report)),
            None if self.reports().next().is_none() && audit.store().is_none() => {
                super::print(&audit::markdown(report)).map(|_| ())
            }
            None => Ok(()),
        }
    }
}

/// The files of a run, for the names that the audit gives them.
fn files(inputs: &Inputs) -> &[Selected] {
    match inputs {
        Inputs::Many(selection) => &selection.files,
        _ => &[],
    }
}
