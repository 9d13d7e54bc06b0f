//! How a run ended.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use novita_migrate::{Code, Severity};
use serde::Serialize;

use super::human::Volume;
use super::json::VERSION;
use super::style::{ERROR, FAINT, GOOD, STRONG, WARNING};
use crate::args::Mode;
use crate::record::Totals;

/// Everything that the summary says.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) mode: Mode,
    /// Files and streams that were read, or could not be.
    pub(crate) inputs: u64,
    pub(crate) totals: Totals,
    /// What folders held that was not read, by reason.
    pub(crate) skipped: Vec<(&'static str, u64)>,
    /// Files written by `--write` or `--out-dir`, or that `--dry-run` would write.
    pub(crate) files: u64,
    /// The run's name for `undo`.
    pub(crate) run: Option<String>,
    /// Where its journal is, if not in the usual place.
    pub(crate) journal: Option<PathBuf>,
    /// Errors outside of payloads: files that could not be read or written.
    pub(crate) problems: u64,
    /// How long it took, where that is of interest.
    pub(crate) elapsed: Option<Duration>,
}

type Findings = BTreeMap<&'static str, BTreeMap<&'static str, u64>>;

/// The last line of the report.
#[derive(Debug, Serialize)]
pub(crate) struct LastLine {
    version: u32,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Summary {
    inputs: u64,
    payloads: u64,
    converted: u64,
    already_v3: u64,
    kept: u64,
    failed: u64,
    #[serde(skip_serializing_if = "is_zero")]
    valid: u64,
    #[serde(skip_serializing_if = "is_zero")]
    invalid: u64,
    without_payload: u64,
    #[serde(skip_serializing_if = "is_zero")]
    comments: u64,
    bytes_read: u64,
    bytes_written: u64,
    findings: Findings,
    skipped: BTreeMap<&'static str, u64>,
    run: Option<String>,
}

impl Closing {
    /// The last line of the report.
    pub(crate) fn last_line(&self) -> LastLine {
        let mut findings = Findings::new();
        for (code, severity, count) in self.totals.findings.iter() {
            findings
                .entry(code.name())
                .or_default()
                .insert(severity.name(), count);
        }
        let totals = &self.totals;
        let summary = Summary {
            inputs: self.inputs,
            payloads: totals.payloads(),
            converted: totals.converted,
            already_v3: totals.already_v3,
            kept: totals.kept,
            failed: totals.failed,
            valid: totals.valid,
            invalid: totals.invalid,
            without_payload: totals.passed,
            comments: totals.comments,
            bytes_read: totals.bytes_in,
            bytes_written: if self.mode.writes() {
                totals.bytes_out
            } else {
                0
            },
            findings,
            skipped: self.skipped.iter().copied().collect(),
            run: self.run.clone(),
        };
        LastLine {
            version: VERSION,
            summary,
        }
    }

    /// The summary for people.
    pub(super) fn print(&self, out: &mut dyn Write, volume: Volume) -> io::Result<()> {
        self.outcomes(out)?;
        self.findings(out, volume)?;
        if !self.skipped.is_empty() {
            let words: Vec<_> = self
                .skipped
                .iter()
                .map(|(reason, count)| format!("{} {reason}", grouped(*count)))
                .collect();
            writeln!(out, "  {FAINT}skipped:{FAINT:#} {}", words.join(", "))?;
        }
        if let Some(run) = &self.run {
            let journal = self.journal.as_ref().map_or_else(String::new, |folder| {
                format!(" --journal-dir {}", super::name(folder))
            });
            writeln!(
                out,
                "  {FAINT}run:{FAINT:#} {run}; `novita-migrate undo{journal}` puts the old files back"
            )?;
        }
        if let Some(elapsed) = self.elapsed {
            let written = if self.mode.writes() {
                format!(", {} written", bytes(self.totals.bytes_out))
            } else {
                String::new()
            };
            writeln!(
                out,
                "  {FAINT}{} read{written} in {:.2} s{FAINT:#}",
                bytes(self.totals.bytes_in),
                elapsed.as_secs_f64()
            )?;
        }
        Ok(())
    }

    fn outcomes(&self, out: &mut dyn Write) -> io::Result<()> {
        let totals = &self.totals;
        let converted = match self.mode {
            Mode::Check | Mode::Diff | Mode::ListDifferent => (WARNING, "still V2"),
            Mode::DryRun => (GOOD, "to convert"),
            _ => (GOOD, "converted"),
        };
        let counts = [
            (totals.converted, converted),
            (totals.already_v3, (STRONG, "already V3")),
            (totals.kept, (ERROR, "kept as V2")),
            (totals.failed, (ERROR, "failed")),
            (totals.valid, (GOOD, "valid")),
            (totals.invalid, (ERROR, "not valid")),
        ];
        let words: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, (style, words))| format!("{style}{} {words}{style:#}", grouped(count)))
            .collect();
        let inputs = if self.inputs == 1 {
            String::new()
        } else {
            format!(" in {}", several(self.inputs, "file"))
        };
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(": {}", words.join(", "))
        };
        let payloads = if totals.payloads() == 0 {
            "no payload".to_owned()
        } else {
            several(totals.payloads(), "payload")
        };
        writeln!(out, "{STRONG}{payloads}{inputs}{STRONG:#}{words}")?;
        if totals.passed > 0 {
            writeln!(
                out,
                "  {} without a payload, passed through",
                several(totals.passed, "record")
            )?;
        }
        if totals.comments > 0 {
            let comments = several(totals.comments, "comment");
            let go = match self.mode.writes() {
                true => "left out",
                false => "would be left out",
            };
            writeln!(out, "  {comments} {go}: JSON has none")?;
        }
        match (self.mode, self.files) {
            (_, 0) => {}
            (Mode::DryRun, files) => {
                writeln!(out, "  {} would be written", several(files, "file"))?
            }
            (Mode::Check, _) => {}
            (Mode::Diff | Mode::ListDifferent, files) => {
                writeln!(out, "  {} would change", several(files, "file"))?
            }
            (_, files) => writeln!(out, "  {} written", several(files, "file"))?,
        }
        if crate::write::interrupt::requested() {
            let words = "stopped by a signal; run again for the rest";
            writeln!(out, "  {ERROR}{words}{ERROR:#}")?;
        }
        match self.problems {
            0 => Ok(()),
            problems => writeln!(
                out,
                "  {ERROR}{} not read or not written{ERROR:#}",
                several(problems, "file")
            ),
        }
    }

    fn findings(&self, out: &mut dyn Write, volume: Volume) -> io::Result<()> {
        let count = |wanted: Severity| -> u64 {
            self.totals
                .findings
                .iter()
                .filter(|(_, severity, _)| *severity == wanted)
                .map(|(.., count)| count)
                .sum()
        };
        let (errors, warnings, notes) = (
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note),
        );
        let mut words = Vec::new();
        for (count, name) in [(errors, "error"), (warnings, "warning"), (notes, "note")] {
            if count > 0 {
                words.push(several(count, name));
            }
        }
        if words.is_empty() {
            return Ok(());
        }
        let hint = if notes > 0 && volume < Volume::Verbose && self.mode != Mode::Audit {
            " (`-v` shows notes)"
        } else {
            ""
        };
        writeln!(out, "  {}{hint}", words.join(", "))?;
        let least = if volume < Volume::Verbose {
            Severity::Warning
        } else {
            Severity::Note
        };
        let top = self.top(least);
        match top.as_slice() {
            [] => Ok(()),
            top => {
                let words: Vec<_> = top
                    .iter()
                    .map(|(code, count)| format!("{} {code}", grouped(*count)))
                    .collect();
                writeln!(out, "  {FAINT}most often:{FAINT:#} {}", words.join(", "))
            }
        }
    }

    /// The finding classes that occurred most, of some severity or more.
    fn top(&self, least: Severity) -> Vec<(Code, u64)> {
        let mut counts: BTreeMap<Code, u64> = BTreeMap::new();
        for (code, _, count) in self
            .totals
            .findings
            .iter()
            .filter(|(_, severity, _)| *severity >= least)
        {
            *counts.entry(code).or_default() += count;
        }
        let mut top: Vec<_> = counts.into_iter().collect();
        top.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        top.truncate(5);
        top
    }
}

/// For counts that most runs do not have.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// `1 file`, `12,000 files`.
pub(crate) fn several(count: u64, name: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {name}{s}", grouped(count))
}

/// A number with a comma before every third digit.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of bytes for people, in powers of 1000.
pub(crate) fn bytes(count: u64) -> String {
    let mut value = count as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 1000.0 {
            return if unit == "bytes" {
                several(count, "byte")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::{bytes, several};

    #[test]
    fn numbers_are_readable() {
        assert_eq!(several(1, "file"), "1 file");
        assert_eq!(several(0, "file"), "0 files");
        assert_eq!(several(1_234_567, "file"), "1,234,567 files");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(1_536), "1.5 kB");
        assert_eq!(bytes(64_000_000), "64.0 MB");
    }
}
