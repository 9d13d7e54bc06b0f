//! Findings for people, on stderr.

use std::io::{self, Write};
use std::path::Path;

use novita_migrate::Severity;

use super::style::{self, ERROR, FAINT, STRONG};
use super::{Closing, Teller, name, pointer, text};
use crate::args::Mode;
use crate::record::{Failure, OwnedFinding, Record};

/// How many findings are printed without `--verbose`, errors and others counted apart.
const MOST: u64 = 100;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    /// `--quiet`: errors.
    Quiet,
    /// Errors, warnings, the summary.
    Normal,
    /// `--verbose`: notes too, and no limit.
    Verbose,
}

/// Tells people.
pub(crate) struct Human<W> {
    out: W,
    volume: Volume,
    /// Errors and other findings that were printed.
    printed: [u64; 2],
    /// Whether `--report` holds what was not printed.
    reported: bool,
    /// Whether findings are told here at all, rather than in a format for machines.
    has_findings: bool,
}

impl<W: Write> Human<W> {
    /// Prints to `out`.
    pub(crate) fn new(out: W, volume: Volume, reported: bool, has_findings: bool) -> Self {
        Human {
            out,
            volume,
            printed: [0; 2],
            reported,
            has_findings,
        }
    }

    /// Whether notes are told too, and nothing is held back.
    pub(super) fn is_verbose(&self) -> bool {
        self.volume == Volume::Verbose
    }

    /// One line that is not about a finding.
    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        if self.volume > Volume::Quiet {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    /// Whether one more finding of this severity is printed.
    fn admits(&mut self, severity: Severity) -> bool {
        let wanted = match severity {
            Severity::Error => true,
            Severity::Warning => self.volume >= Volume::Normal,
            _ => self.volume >= Volume::Verbose,
        };
        if !wanted {
            return false;
        }
        let most = self.most();
        let [errors, others] = &mut self.printed;
        let printed = if severity == Severity::Error {
            errors
        } else {
            others
        };
        if *printed >= most {
            return false;
        }
        *printed += 1;
        true
    }

    /// How many errors are printed, and how many other findings.
    pub(super) fn most(&self) -> u64 {
        match self.volume {
            Volume::Verbose => u64::MAX,
            Volume::Quiet | Volume::Normal => MOST,
        }
    }

    /// Whether no further warning is printed.
    pub(super) fn is_full(&self) -> bool {
        let [_, others] = self.printed;
        others >= self.most()
    }

    /// How many findings were not printed because of the limit.
    fn held(&self, closing: &Closing) -> u64 {
        if !self.has_findings {
            return 0;
        }
        let of = |wanted: Severity| -> u64 {
            let findings = closing.totals.findings.iter();
            let counts = findings.filter(|(_, severity, _)| *severity == wanted);
            counts.map(|(_, _, count)| count).sum()
        };
        // Payloads of an input that was not written are one error together.
        let failed = closing.totals.failed - closing.totals.unwritten;
        let errors = of(Severity::Error) + failed + closing.problems;
        let others = match self.volume {
            Volume::Quiet => 0,
            Volume::Normal => of(Severity::Warning),
            Volume::Verbose => return 0,
        };
        let [errors_printed, others_printed] = self.printed;
        errors.saturating_sub(errors_printed) + others.saturating_sub(others_printed)
    }

    fn finding(&mut self, path: &str, finding: &OwnedFinding) -> io::Result<()> {
        let color = style::severity(finding.severity);
        let OwnedFinding {
            code,
            severity,
            line,
            column,
            ..
        } = finding;
        let (pointer, message) = (pointer(&finding.pointer), text(&finding.message));
        write!(
            self.out,
            "{STRONG}{path}:{line}:{column}:{STRONG:#} {color}{severity}[{code}]{color:#} "
        )?;
        writeln!(self.out, "{STRONG}{pointer}{STRONG:#}{message}")?;
        self.excerpt(finding.excerpt.as_ref())?;
        if let Some(row) = finding.row.filter(|row| row.line() > 0) {
            let from = row.v2().unwrap_or("(new)");
            let to = row
                .v3()
                .map_or_else(|| "Deprecated".to_owned(), str::to_owned);
            writeln!(
                self.out,
                "   {FAINT}= guide:{FAINT:#} line {}, \"{from} → {to}\"",
                row.line()
            )?;
        }
        self.help(finding.help)
    }

    fn failure(&mut self, path: &str, pointer: &str, failure: &Failure) -> io::Result<()> {
        let place = if failure.line == 0 {
            String::new()
        } else {
            format!("{}:{}:", failure.line, failure.column)
        };
        writeln!(
            self.out,
            "{STRONG}{path}:{place}{STRONG:#} {ERROR}error:{ERROR:#} {}{}",
            self::pointer(pointer),
            text(&failure.message)
        )?;
        self.excerpt(failure.excerpt.as_ref())?;
        failure.help.map_or(Ok(()), |help| self.help(help))
    }

    fn excerpt(&mut self, excerpt: Option<&crate::excerpt::Excerpt>) -> io::Result<()> {
        let Some(excerpt) = excerpt else {
            return Ok(());
        };
        writeln!(self.out, "   {FAINT}|{FAINT:#} {}", excerpt.text)?;
        writeln!(
            self.out,
            "   {FAINT}|{FAINT:#} {:indent$}{FAINT}^{FAINT:#}",
            "",
            indent = excerpt.indent
        )
    }

    fn help(&mut self, help: &str) -> io::Result<()> {
        if help.is_empty() || help == "nothing to do" {
            return Ok(());
        }
        writeln!(self.out, "   {FAINT}= help:{FAINT:#} {help}")
    }
}

impl<W: Write> Teller for Human<W> {
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()> {
        let path = name(path);
        for finding in &record.findings {
            if self.admits(finding.severity) {
                self.finding(&path, finding)?;
            }
        }
        if let Some(failure) = record
            .failure
            .as_ref()
            .filter(|_| self.admits(Severity::Error))
        {
            self.failure(&path, &record.pointer, failure)?;
        }
        self.out.flush()
    }

    fn finish(&mut self, closing: &Closing) -> io::Result<()> {
        let held = self.held(closing);
        // An audit tells its findings in its reports.
        if held > 0 && closing.mode != Mode::Audit {
            let report = if self.reported {
                ""
            } else {
                "; `--report FILE` writes all of them, `--verbose` prints them"
            };
            writeln!(
                self.out,
                "{FAINT}… and {} more findings{report}{FAINT:#}",
                held
            )?;
        }
        if self.volume > Volume::Quiet {
            closing.print(&mut self.out, self.volume)?;
        }
        self.out.flush()
    }
}
