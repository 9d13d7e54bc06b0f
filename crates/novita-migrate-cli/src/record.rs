//! What became of one payload, in a form that outlives the bytes it was read from.

use std::sync::Arc;

use novita_migrate::{Code, Endpoint, ErrorKind, Migration, Row, Severity, Status, json};

use crate::excerpt::Excerpt;
use crate::validate::Checked;

/// Why payloads of a document are not written that is no JSON further on.
pub(crate) const BROKEN: &str = "not written: the document around it is broken";

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
    /// Why a payload that could be converted is V2 still: its input was not written.
    pub(crate) unwritten: Option<Arc<str>>,
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
    /// V3 takes it.
    Valid,
    /// V3 does not take it: there is a warning or an error.
    Invalid,
}

impl Outcome {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Outcome::Failed => "failed",
            Outcome::Valid => "valid",
            Outcome::Invalid => "invalid",
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
    /// Line and column of the other place that it is about: of a key that stands twice, the first one.
    pub(crate) other: Option<(u64, u64)>,
}

impl Record {
    /// Turns places in a block into places in the input.
    pub(crate) fn settle(&mut self, before: &Before) {
        self.record += before.records;
        self.offset += before.bytes;
        before.place(&mut self.line, &mut self.column);
        for finding in &mut self.findings {
            before.place(&mut finding.line, &mut finding.column);
        }
        let Some(failure) = &mut self.failure else {
            return;
        };
        failure.offset += before.bytes;
        before.place(&mut failure.line, &mut failure.column);
        if let Some((mut line, mut column)) = failure.other.take() {
            before.place(&mut line, &mut column);
            failure.message = format!("{}; the first one is at {line}:{column}", failure.message);
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
                other: None,
            }),
            unwritten: None,
        }
    }

    /// Takes back that the payload was converted.
    pub(crate) fn unwrite(&mut self, why: &Arc<str>) {
        if self.outcome == Outcome::Converted {
            self.unwritten.get_or_insert_with(|| Arc::clone(why));
        }
    }
}

/// What of an input comes before a block.
#[derive(Debug, Default)]
pub(crate) struct Before {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// Of the line that the block begins in.
    pub(crate) columns: u64,
}

impl Before {
    /// Moves a place of a block to where it is in the input.
    fn place(&self, line: &mut u64, column: &mut u64) {
        if *line == 1 {
            *column += self.columns;
        }
        *line += self.lines;
    }
}

/// What a person can do about an input that is no payload.
pub(crate) fn help(kind: &ErrorKind) -> Option<&'static str> {
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
        ErrorKind::NotAPayload => {
            "`--endpoint txt2img|img2img|response` says what it is; `--find` looks inside larger documents"
        }
        _ => return None,
    })
}

/// How many findings there were, by class and severity.
#[derive(Debug, Clone)]
pub(crate) struct Counts([[u64; SEVERITIES.len()]; Code::ALL.len()]);

const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

impl Default for Counts {
    fn default() -> Self {
        Counts([[0; SEVERITIES.len()]; Code::ALL.len()])
    }
}

impl Counts {
    /// Those that occurred, in the order of the classes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Code, Severity, u64)> {
        let of_code = |(code, counts): (&Code, &[u64; SEVERITIES.len()])| {
            let code = *code;
            let pairs = SEVERITIES.into_iter().zip(*counts);
            pairs.map(move |(severity, count)| (code, severity, count))
        };
        let all = Code::ALL.iter().zip(&self.0).flat_map(of_code);
        all.filter(|(_, _, count)| *count > 0)
    }

    fn count(&mut self, code: Code, severity: Severity) {
        let counts = self.0.get_mut(code as usize);
        if let Some(count) = counts.and_then(|counts| counts.get_mut(severity as usize)) {
            *count += 1;
        }
    }

    fn add(&mut self, other: &Counts) {
        let sums = self.0.as_flattened_mut().iter_mut();
        sums.zip(other.0.as_flattened())
            .for_each(|(sum, count)| *sum += count);
    }
}

/// Sums over the payloads of one or many inputs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Totals {
    pub(crate) converted: u64,
    pub(crate) already_v3: u64,
    pub(crate) kept: u64,
    pub(crate) failed: u64,
    /// Those of them that failed only because their input was not written.
    pub(crate) unwritten: u64,
    /// Of payloads that were validated.
    pub(crate) valid: u64,
    pub(crate) invalid: u64,
    /// Records that hold no payload and were passed through.
    pub(crate) passed: u64,
    /// Comments that stood in what was converted: JSON has none.
    pub(crate) comments: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// The input was one payload that was kept or failed, so that there is no V3 form of it to write.
    pub(crate) withheld: bool,
    pub(crate) findings: Counts,
}

impl Totals {
    /// Whether the output is another one than the input.
    pub(crate) fn is_change(&self) -> bool {
        self.converted > 0 && !self.withheld
    }

    /// All payloads, whatever became of them.
    pub(crate) fn payloads(&self) -> u64 {
        self.converted + self.already_v3 + self.kept + self.failed + self.valid + self.invalid
    }

    fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Converted => &mut self.converted,
            Outcome::AlreadyV3 => &mut self.already_v3,
            Outcome::Kept => &mut self.kept,
            Outcome::Failed => &mut self.failed,
            Outcome::Valid => &mut self.valid,
            Outcome::Invalid => &mut self.invalid,
        }
    }

    /// Counts one migration and its findings.
    pub(crate) fn count(&mut self, migration: &Migration<'_>) {
        *self.of(migration.status().into()) += 1;
        for finding in migration.findings() {
            self.findings.count(finding.code(), finding.severity());
        }
    }

    /// Takes back that payloads were converted: their input stays as it was.
    pub(crate) fn unwrite(&mut self) {
        self.failed += self.converted;
        self.unwritten += std::mem::take(&mut self.converted);
        self.comments = 0;
        self.bytes_out = 0;
    }

    /// Counts one validated payload and what stands against it.
    pub(crate) fn count_checked(&mut self, checked: &Checked) -> Outcome {
        for objection in checked.objections() {
            self.findings.count(objection.code, objection.severity);
        }
        let outcome = match (checked, checked.worst()) {
            (Checked::Answer(_), Severity::Note) => Outcome::AlreadyV3,
            (_, Severity::Note) => Outcome::Valid,
            _ => Outcome::Invalid,
        };
        *self.of(outcome) += 1;
        outcome
    }

    pub(crate) fn add(&mut self, other: &Totals) {
        self.converted += other.converted;
        self.already_v3 += other.already_v3;
        self.kept += other.kept;
        self.failed += other.failed;
        self.unwritten += other.unwritten;
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.passed += other.passed;
        self.comments += other.comments;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.findings.add(&other.findings);
    }
}
