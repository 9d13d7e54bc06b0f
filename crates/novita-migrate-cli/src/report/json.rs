//! The report: JSON lines, one a payload, and a last one with the summary. `schema report` prints its JSON Schema.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::{Closing, Teller};
use crate::record::{Outcome, OwnedFinding, Record};

/// The version of the format, in every line. It grows when a reader of the old one would be misled.
pub(crate) const VERSION: u32 = 1;

/// Tells as JSON lines.
pub(crate) struct Json<W> {
    pub(crate) out: W,
}

/// What the payload's own state says, or else that its input was not written.
fn state(record: &Record) -> (&'static str, Option<ErrorLine<'_>>) {
    let error = |message, help, (line, column, offset)| ErrorLine {
        message,
        help,
        line,
        column,
        offset,
    };
    match (&record.failure, &record.unwritten) {
        (Some(failure), _) => (
            record.outcome.name(),
            Some(error(
                &failure.message,
                failure.help,
                (failure.line, failure.column, failure.offset),
            )),
        ),
        (None, Some(why)) => (
            Outcome::Failed.name(),
            Some(error(
                why,
                None,
                (record.line, record.column, record.offset),
            )),
        ),
        (None, None) => (record.outcome.name(), None),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    path: &'a str,
    record: u64,
    line: u64,
    column: u64,
    offset: u64,
    pointer: &'a str,
    endpoint: Option<&'static str>,
    status: &'static str,
    findings: Vec<FindingLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorLine<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    code: &'static str,
    severity: &'static str,
    pointer: &'a str,
    to: Option<&'a str>,
    message: &'a str,
    line: u64,
    column: u64,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    message: &'a str,
    help: Option<&'static str>,
    line: u64,
    column: u64,
    offset: u64,
}

impl<'a> From<&'a OwnedFinding> for FindingLine<'a> {
    fn from(finding: &'a OwnedFinding) -> Self {
        FindingLine {
            code: finding.code.name(),
            severity: finding.severity.name(),
            pointer: &finding.pointer,
            to: finding.to.as_deref(),
            message: &finding.message,
            line: finding.line,
            column: finding.column,
        }
    }
}

impl<W: Write> Teller for Json<W> {
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()> {
        let (status, error) = state(record);
        let line = Line {
            version: VERSION,
            path: &path.to_string_lossy(),
            record: record.record,
            line: record.line,
            column: record.column,
            offset: record.offset,
            pointer: &record.pointer,
            endpoint: record
                .endpoint
                .filter(|_| error.is_none())
                .map(novita_migrate::Endpoint::path),
            status,
            findings: record.findings.iter().map(FindingLine::from).collect(),
            error,
        };
        super::plain_json(&mut self.out, &line)?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self, closing: &Closing) -> io::Result<()> {
        super::plain_json(&mut self.out, &closing.last_line())?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}
