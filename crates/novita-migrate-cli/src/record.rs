//! What became of one payload, in a form that outlives the bytes it was read from.

use novita_migrate::{
    Code, Endpoint, Error, ErrorKind, Finding, Migration, Row, Severity, Status, json,
};

use crate::excerpt::{self, Excerpt};

/// The result for one payload.
#[derive(Debug)]
pub(crate) struct Record {
    /// Counted from 1 within its input.
    pub(crate) record: u64,
    /// Where the payload (or the line that holds none) begins, in the input as people see it.
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// The same in bytes from the start of the input.
    pub(crate) offset: u64,
    /// Of the payload inside a larger document; empty for the document itself.
    pub(crate) pointer: String,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<OwnedFinding>,
    pub(crate) failure: Option<Failure>,
}

/// What became of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Converted,
    AlreadyV3,
    /// A finding of severity error stands against it.
    Kept,
    /// Unreadable, or no payload.
    Failed,
}

impl Outcome {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Outcome::Failed => "failed",
            Outcome::Converted => Status::Converted.name(),
            Outcome::AlreadyV3 => Status::AlreadyV3.name(),
            Outcome::Kept => Status::Kept.name(),
        }
    }
}

impl From<Status> for Outcome {
    fn from(status: Status) -> Self {
        match status {
            Status::AlreadyV3 => Outcome::AlreadyV3,
            Status::Kept => Outcome::Kept,
            _ => Outcome::Converted,
        }
    }
}

/// A finding with its place in the whole input.
#[derive(Debug)]
pub(crate) struct OwnedFinding {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) pointer: String,
    pub(crate) to: Option<String>,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    pub(crate) row: Option<&'static Row>,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) excerpt: Option<Excerpt>,
}

/// Why a payload failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) offset: u64,
    pub(crate) excerpt: Option<Excerpt>,
}

impl Record {
    /// Moves the record behind so many lines and records of the same input.
    pub(crate) fn shift(&mut self, lines: u64, records: u64) {
        self.record += records;
        self.line += lines;
        self.findings
            .iter_mut()
            .for_each(|finding| finding.line += lines);
        if let Some(failure) = &mut self.failure {
            failure.line += lines;
        }
    }

    /// An input that could not be read at all.
    pub(crate) fn unreadable(message: &str, help: Option<&'static str>) -> Self {
        Record {
            record: 0,
            line: 0,
            column: 0,
            offset: 0,
            pointer: String::new(),
            endpoint: None,
            outcome: Outcome::Failed,
            findings: Vec::new(),
            failure: Some(Failure {
                message: message.to_owned(),
                help,
                line: 0,
                column: 0,
                offset: 0,
                excerpt: None,
            }),
        }
    }
}

/// Where a payload's text stands in its input: turns positions inside the text into positions of the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// The bytes that line and column are counted in, which begin at a line's start, and where the payload's text
    /// begins in them.
    pub(crate) context: &'a [u8],
    pub(crate) start: usize,
    /// Lines and bytes of the input before the context.
    pub(crate) lines_before: u64,
    pub(crate) bytes_before: u64,
    /// Where the text was not as it stands in the input (`--tolerant`): from the text's offsets to the context's.
    pub(crate) map: Option<&'a crate::read::tolerant::Map>,
    /// The payload's pointer in the input's document.
    pub(crate) pointer: &'a str,
}

/// A place in an input.
struct Place {
    line: u64,
    column: u64,
    offset: u64,
    excerpt: Option<Excerpt>,
}

impl Origin<'_> {
    fn place(&self, offset: usize) -> Place {
        let offset = self.start + self.map.map_or(offset, |map| map.original(offset));
        let position = json::position(self.context, offset);
        Place {
            line: self.lines_before + position.line as u64,
            column: position.column as u64,
            offset: self.bytes_before + offset as u64,
            excerpt: excerpt::cut(self.context, offset),
        }
    }

    /// The record of a migration, with its findings of at least some severity.
    pub(crate) fn migrated(
        &self,
        record: u64,
        migration: &Migration<'_>,
        least: Severity,
    ) -> Record {
        let findings = migration
            .findings()
            .iter()
            .filter(|finding| finding.severity() >= least);
        let place = self.place(0);
        Record {
            record,
            line: place.line,
            column: place.column,
            offset: place.offset,
            pointer: self.pointer.to_owned(),
            endpoint: migration.endpoint(),
            outcome: migration.status().into(),
            findings: findings.map(|finding| self.finding(finding)).collect(),
            failure: None,
        }
    }

    fn finding(&self, finding: &Finding<'_>) -> OwnedFinding {
        let place = self.place(finding.offset());
        OwnedFinding {
            code: finding.code(),
            severity: finding.severity(),
            pointer: format!("{}{}", self.pointer, finding.pointer()),
            to: finding.to().map(|to| to.to_string()),
            message: finding.message().to_string(),
            help: finding.help(),
            row: finding.row(),
            line: place.line,
            column: place.column,
            excerpt: place.excerpt,
        }
    }

    /// The record of a text that is no payload.
    pub(crate) fn failed(&self, record: u64, error: &Error) -> Record {
        let mut message = error.to_string();
        if let ErrorKind::Syntax(json::SyntaxErrorKind::DuplicateKey { first }) = error.kind() {
            let first = self.place(*first);
            message = format!(
                "{message}; the first one is at {}:{}",
                first.line, first.column
            );
        }
        self.failure(record, error.offset(), message, help(error.kind()))
    }

    /// The record of a failure for another reason.
    pub(crate) fn failure(
        &self,
        record: u64,
        offset: usize,
        message: String,
        help: Option<&'static str>,
    ) -> Record {
        let (start, place) = (self.place(0), self.place(offset));
        Record {
            record,
            line: start.line,
            column: start.column,
            offset: start.offset,
            pointer: self.pointer.to_owned(),
            endpoint: None,
            outcome: Outcome::Failed,
            findings: Vec::new(),
            failure: Some(Failure {
                message,
                help,
                line: place.line,
                column: place.column,
                offset: place.offset,
                excerpt: place.excerpt,
            }),
        }
    }
}

/// What a person can do about an input that is no payload.
fn help(kind: &ErrorKind) -> Option<&'static str> {
    use json::SyntaxErrorKind as Syntax;
    Some(match kind {
        ErrorKind::Syntax(Syntax::ControlCharacter(_)) => {
            "JSON wants line breaks inside strings as \\n; `--tolerant` reads them as they are"
        }
        ErrorKind::Syntax(Syntax::Unexpected(b'/' | b'\'' | b'\\' | b'#' | b'}' | b']')) => {
            "`--tolerant` reads comments, trailing commas and single-quoted strings"
        }
        ErrorKind::Syntax(Syntax::UnexpectedEnd) => "the input seems to be cut off",
        ErrorKind::Syntax(Syntax::DuplicateKey { .. }) => {
            "remove one of the two: which of them V2 used is not known"
        }
        ErrorKind::NotAPayload => "`--endpoint txt2img|img2img|response` says what it is",
        _ => return None,
    })
}

/// How many findings there were, by class and severity.
#[derive(Debug, Default, Clone)]
pub(crate) struct Counts(std::collections::BTreeMap<(Code, Severity), u64>);

impl Counts {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Code, Severity, u64)> {
        self.0
            .iter()
            .map(|((code, severity), count)| (*code, *severity, *count))
    }
}

/// Sums over the payloads of one or many inputs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Totals {
    pub(crate) converted: u64,
    pub(crate) already_v3: u64,
    pub(crate) kept: u64,
    pub(crate) failed: u64,
    /// Records that hold no payload and were passed through.
    pub(crate) passed: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// The input was one payload that was kept or failed, so that there is no V3 form of it to write.
    pub(crate) withheld: bool,
    pub(crate) findings: Counts,
}

impl Totals {
    /// All payloads, whatever became of them.
    pub(crate) fn payloads(&self) -> u64 {
        self.converted + self.already_v3 + self.kept + self.failed
    }

    /// Counts one migration and its findings.
    pub(crate) fn count(&mut self, migration: &Migration<'_>) {
        match Outcome::from(migration.status()) {
            Outcome::Converted => self.converted += 1,
            Outcome::AlreadyV3 => self.already_v3 += 1,
            Outcome::Kept => self.kept += 1,
            Outcome::Failed => self.failed += 1,
        }
        for finding in migration.findings() {
            *self
                .findings
                .0
                .entry((finding.code(), finding.severity()))
                .or_default() += 1;
        }
    }

    pub(crate) fn add(&mut self, other: &Totals) {
        self.converted += other.converted;
        self.already_v3 += other.already_v3;
        self.kept += other.kept;
        self.failed += other.failed;
        self.passed += other.passed;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        for (key, count) in &other.findings.0 {
            *self.findings.0.entry(*key).or_default() += count;
        }
    }
}
