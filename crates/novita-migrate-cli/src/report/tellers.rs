//! All the ways in which one run is told, put together from the flags.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use novita_migrate::Severity;

use super::concise::Concise;
use super::github::Github;
use super::human::{Human, Volume};
use super::json::Json;
use super::sarif::Sarif;
use super::{Closing, Progress, Teller, style};
use crate::args::{GlobalArgs, Mode, OutputFormat, ReportArgs};
use crate::record::Record;

/// The tellers of one run.
pub(crate) struct Tellers {
    /// Tells people, on stderr. With a format for machines only errors outside of payloads and the summary.
    human: Human<Box<dyn Write + Send>>,
    /// Whether people read the payloads' findings.
    for_people: bool,
    /// `--output-format`, if it is for machines, and `--report`.
    others: Vec<Box<dyn Teller + Send>>,
}

impl Tellers {
    /// Opens everything that is to be written.
    ///
    /// # Errors
    /// Where the report's file cannot be made.
    pub(crate) fn new(global: &GlobalArgs, report: &ReportArgs, mode: Mode) -> io::Result<Self> {
        let volume = Volume::of(global);
        let least = if volume == Volume::Quiet {
            Severity::Error
        } else if volume == Volume::Verbose {
            Severity::Note
        } else {
            Severity::Warning
        };
        let out = || -> Box<dyn Write + Send> {
            if mode.uses_stdout() {
                Box::new(io::stderr())
            } else {
                Box::new(BufWriter::new(io::stdout()))
            }
        };
        let check = mode == Mode::Check;
        let mut others: Vec<Box<dyn Teller + Send>> = Vec::new();
        match report.output_format {
            OutputFormat::Human => {}
            OutputFormat::Concise => others.push(Box::new(Concise {
                out: out(),
                least,
                check,
            })),
            OutputFormat::Json => others.push(Box::new(Json { out: out() })),
            OutputFormat::Sarif => others.push(Box::new(Sarif::new(out(), check)?)),
            OutputFormat::Github => others.push(Box::new(Github {
                out: out(),
                least,
                check,
            })),
        }
        if let Some(path) = &report.report {
            others.push(Box::new(Json {
                out: BufWriter::new(File::create(path)?),
            }));
        }
        let for_people = report.output_format == OutputFormat::Human;
        let reported = report.report.is_some();
        Ok(Tellers {
            human: Human::new(style::stderr(), volume, reported, for_people),
            for_people,
            others,
        })
    }

    /// Tells what became of one payload.
    pub(crate) fn record(
        &mut self,
        path: &Path,
        record: &Record,
        progress: &Progress,
    ) -> io::Result<()> {
        if self.for_people {
            heard(progress.aside(|| self.human.record(path, record)))?;
        }
        self.others(|teller| teller.record(path, record))
    }

    /// A teller whose reader has gone away is let go; the run itself goes on.
    fn others(
        &mut self,
        mut tell: impl FnMut(&mut dyn Teller) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut told = Ok(());
        self.others
            .retain_mut(|teller| match tell(teller.as_mut()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => false,
                Err(error) => {
                    told = Err(error);
                    true
                }
                Ok(()) => true,
            });
        told
    }

    /// Tells an error that is not about a payload: a file that cannot be read or written.
    pub(crate) fn problem(
        &mut self,
        path: &Path,
        message: &str,
        help: Option<&'static str>,
        progress: &Progress,
    ) -> io::Result<()> {
        let record = Record::unreadable(message, help);
        heard(progress.aside(|| self.human.record(path, &record)))?;
        self.others(|teller| teller.record(path, &record))
    }

    /// Says one line to people, unless they asked for silence.
    pub(crate) fn say(&mut self, line: &str, progress: &Progress) -> io::Result<()> {
        heard(progress.aside(|| self.human.say(line)))
    }

    /// Whether nobody wants to be told more than failures: people got as many findings as they are shown.
    pub(crate) fn is_full(&self) -> bool {
        self.are_only_people() && self.human.is_full()
    }

    /// How many notes and warnings are told.
    pub(crate) fn most(&self) -> u64 {
        match self.are_only_people() {
            true => self.human.most(),
            false => u64::MAX,
        }
    }

    fn are_only_people(&self) -> bool {
        self.for_people && self.others.is_empty()
    }

    /// Whether people read the findings, rather than a program.
    pub(crate) fn is_for_people(&self) -> bool {
        self.for_people
    }

    /// Whether everything is told.
    pub(crate) fn is_verbose(&self) -> bool {
        self.human.is_verbose()
    }

    /// Tells the end.
    pub(crate) fn finish(mut self, closing: &Closing) -> io::Result<()> {
        let told = self.others(|teller| teller.finish(closing));
        heard(self.human.finish(closing)).and(told)
    }
}

/// Nobody needs to listen on stderr: files are written all the same, and the exit code is the run's.
fn heard(told: io::Result<()>) -> io::Result<()> {
    match told {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => told,
    }
}

impl Volume {
    fn of(global: &GlobalArgs) -> Self {
        match (global.quiet, global.verbose) {
            (true, _) => Volume::Quiet,
            (_, true) => Volume::Verbose,
            _ => Volume::Normal,
        }
    }
}

/// Whether a person watches stderr, and nothing else is printed to the same terminal.
pub(crate) fn watched(global: &GlobalArgs, mode: Mode) -> bool {
    !global.quiet
        && io::stderr().is_terminal()
        && !(mode == Mode::Stdout && io::stdout().is_terminal())
}
