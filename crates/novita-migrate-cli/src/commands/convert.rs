//! `convert` and `check`: the same run, told what to do with its results.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use novita_migrate::{Document, Endpoint, Options};

use super::inputs::{Inputs, Wanted, regular};
use super::{FAILED, FOUND, OK, Stop};
use crate::args::{
    CheckArgs, ConfigArgs, ConvertArgs, FormatArg, GlobalArgs, InputArgs, LevelArgs, Mode,
    OptionArgs, OutputArgs, OutputFormat, ReportArgs, SelectArgs,
};
use crate::batch::{self, Batch};
use crate::config::Settings;
use crate::report::{Closing, Tellers};
use crate::run::{Attention, Job, Keep, Task, Threads};
use crate::validate::Checks;
use crate::write::{Journaling, interrupt};

/// Runs `convert`.
pub(super) fn convert(args: &ConvertArgs, global: &GlobalArgs) -> Result<u8, Stop> {
    let run = Run {
        command: "convert",
        mode: args.output.mode(),
        global,
        wants: Wants::V3(args.endpoint.document()),
        input: &args.input,
        select: &args.select,
        options: &args.options,
        levels: &args.levels,
        report: &args.report,
        config: &args.config,
        output: Some(&args.output),
    };
    run.start()
}

/// Runs `check`.
pub(super) fn check(args: &CheckArgs, global: &GlobalArgs) -> Result<u8, Stop> {
    let run = Run {
        command: "check",
        mode: Mode::Check,
        global,
        wants: Wants::V3(args.endpoint.document()),
        input: &args.input,
        select: &args.select,
        options: &args.options,
        levels: &args.levels,
        report: &args.report,
        config: &args.config,
        output: None,
    };
    run.start()
}

/// Everything that was said on the command line.
pub(super) struct Run<'a> {
    pub(super) command: &'static str,
    pub(super) mode: Mode,
    pub(super) global: &'a GlobalArgs,
    pub(super) wants: Wants,
    pub(super) input: &'a InputArgs,
    pub(super) select: &'a SelectArgs,
    pub(super) options: &'a OptionArgs,
    pub(super) levels: &'a LevelArgs,
    pub(super) report: &'a ReportArgs,
    pub(super) config: &'a ConfigArgs,
    pub(super) output: Option<&'a OutputArgs>,
}

/// What a run is for, and what the command line says about all its payloads.
#[derive(Clone, Copy)]
pub(super) enum Wants {
    /// V2 payloads become V3.
    V3(Option<Document>),
    /// V3 payloads are validated.
    Validation(Option<Endpoint>),
}

impl Run<'_> {
    /// Does everything, and says how it ended.
    pub(super) fn start(self) -> Result<u8, Stop> {
        let settings = Settings::load(self.config, self.options, self.levels, &self.select.filter)?;
        let inputs = Wanted {
            command: self.command,
            input: self.input,
            select: self.select,
            settings: &settings,
            mode: self.mode,
            outputs: self.outputs(),
        }
        .find()?;
        self.guard(&inputs)?;
        let deaf = |error| Stop::plain(format_args!("cannot listen for signals: {error}"));
        interrupt::survive_limits().map_err(deaf)?;
        if matches!(self.mode, Mode::Write | Mode::OutDir) {
            interrupt::install().map_err(deaf)?;
        }
        let mut tellers = Tellers::new(self.global, self.report, self.mode)
            .map_err(|error| self.report_failed(&error))?;
        let batch = Batch {
            job: self.job(&settings, tellers.most())?,
            mode: self.mode,
            output: self.output,
            null: self.select.null,
            colour: anstream::stdout().current_choice() != anstream::ColorChoice::Never,
            watched: crate::report::watched(self.global, self.mode),
        };
        let mut rejects = self.rejects()?;
        let rejects = rejects.as_mut().map(|file| file as &mut dyn Write);
        let mut closing = match inputs {
            Inputs::Stdin => batch::stdin(&batch, &mut tellers, rejects)?,
            Inputs::One(path) => batch::one(&batch, &path, &mut tellers, rejects)?,
            Inputs::Many(selection) => batch::many(&batch, selection, &mut tellers, rejects)?,
        };
        if !self.global.verbose && !batch.watched {
            closing.elapsed = None;
        }
        let code = code(&closing);
        tellers
            .finish(&closing)
            .map_err(|error| self.report_failed(&error))?;
        Ok(interrupt::exit_code().unwrap_or(code))
    }

    fn job(&self, settings: &Settings, most: u64) -> Result<Job, Stop> {
        let (task, options, document) = match self.wants {
            Wants::V3(document) => (Task::Migrate, settings.options()?, document),
            Wants::Validation(endpoint) => {
                let levels = settings.levels.iter();
                let levels = levels.map(|(level, _)| level.value.clone()).collect();
                let checks = Checks { endpoint, levels };
                (Task::Validate(checks), Options::default(), None)
            }
        };
        Ok(Job {
            task,
            options,
            document,
            format: self.input.format.unwrap_or(FormatArg::Auto),
            tolerant: self.input.tolerant,
            column: self.input.column.clone(),
            at: self.input.at.clone(),
            find: self.input.find,
            threads: Threads::of(self.input.threads),
            max_input: self.input.max_input_size,
            attention: Arc::new(Attention::new(self.keep(), most)),
        })
    }

    /// Which records are needed to tell what is to be told.
    fn keep(&self) -> Keep {
        let format = self.report.output_format;
        // The payloads that are V2 still are findings of `check`.
        let checked = self.mode == Mode::Check && format != OutputFormat::Human;
        let all = self.global.verbose || self.report.report.is_some() || checked;
        if all || matches!(format, OutputFormat::Json | OutputFormat::Sarif) {
            Keep::All
        } else if self.global.quiet && format == OutputFormat::Human {
            Keep::Failures
        } else {
            Keep::WithWarnings
        }
    }

    /// Folders and files that the run writes to, and the journals of earlier ones: what of them lies in a folder to be
    /// read is no input.
    fn outputs(&self) -> Vec<PathBuf> {
        let folders = self
            .output
            .into_iter()
            .flat_map(|output| [&output.out_dir, &output.journal_dir])
            .flatten()
            .cloned();
        let journals = Journaling::Default.root().ok().flatten();
        folders
            .chain(journals)
            .chain(self.files().map(Path::to_owned))
            .collect()
    }

    /// Files that are written beside the results.
    fn files(&self) -> impl Iterator<Item = &Path> {
        let rejects = self.output.and_then(|output| output.rejects.as_deref());
        self.report.report.as_deref().into_iter().chain(rejects)
    }

    /// Makes sure that no input is overwritten by what is said about it.
    fn guard(&self, inputs: &Inputs) -> Result<(), Stop> {
        for path in self.files() {
            if !regular(path.metadata()).is_some_and(|id| inputs.hold(id)) {
                continue;
            }
            let what = "is an input, and would be overwritten";
            return Err(Stop::help(
                format_args!("{} {what}", crate::report::name(path)),
                "choose other names for `--report` and `--rejects`",
            ));
        }
        Ok(())
    }

    fn rejects(&self) -> Result<Option<impl Write>, Stop> {
        let Some(path) = self.output.and_then(|output| output.rejects.as_ref()) else {
            return Ok(None);
        };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path);
        let file = file.map_err(|error| {
            Stop::plain(format_args!(
                "{}: cannot write the rejects: {}",
                crate::report::name(path),
                crate::write::plain(&error)
            ))
        })?;
        Ok(Some(io::BufWriter::new(file)))
    }

    fn report_failed(&self, error: &io::Error) -> Stop {
        let path = self
            .report
            .report
            .as_deref()
            .map_or_else(|| "stdout".to_owned(), crate::report::name);
        Stop::plain(format_args!(
            "{path}: cannot write the report: {}",
            crate::write::plain(error)
        ))
    }
}

/// The exit code that an end deserves.
fn code(closing: &Closing) -> u8 {
    if closing.problems > 0 || closing.totals.failed > 0 {
        FAILED
    } else if closing.totals.kept + closing.totals.invalid > 0
        || (closing.mode.fails_on_change() && (closing.totals.converted > 0 || closing.files > 0))
    {
        FOUND
    } else {
        OK
    }
}
