//! Where payloads of one block are migrated, counted and told as far as somebody wants to know.

mod validate;

use std::fmt::Display;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use novita_migrate::json::SyntaxErrorKind;
use novita_migrate::{Document, ErrorKind, Migration, Plan, Severity, Status, migrate};

use super::place::Lines;
use super::{Job, Keep, Task};
use crate::audit::Auditor;
use crate::container::Call;
use crate::excerpt;
use crate::read::map::Way;
use crate::record::{Failure, Outcome, OwnedFinding, Record, Totals, help};

/// What is known of a payload before it is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// `None`: to be found out.
    pub(crate) document: Option<Document>,
    /// `None`: what the command line says.
    pub(crate) plan: Option<Plan>,
}

impl Known {
    /// What the command line says of every payload.
    pub(crate) fn of(job: &Job) -> Self {
        Known {
            document: job.document,
            plan: None,
        }
    }

    /// What the call says that it belongs to, or else the command line.
    pub(crate) fn by(call: Option<Call>, job: &Job) -> Self {
        call.map_or(Known::of(job), |call| Known {
            document: Some(call.document()),
            plan: Some(call.plan()),
        })
    }
}

/// What is said of a payload that the library or the validator panicked at.
const BUG: &str = "this program failed on the payload; please report it";

/// Migrates the payloads of one block, one after the other.
pub(crate) struct Desk<'d> {
    pub(crate) job: &'d Job,
    keep: Keep,
    /// Notes and warnings in the records.
    told: u64,
    /// The bytes of the input that places are told in.
    block: &'d [u8],
    lines: Lines<'d>,
    pub(crate) totals: Totals,
    pub(crate) records: Vec<Record>,
    /// Looks at every payload; then no records are made.
    pub(crate) audit: Option<Auditor<'d>>,
}

impl<'d> Desk<'d> {
    /// A desk for a block.
    pub(crate) fn new(job: &'d Job, block: &'d [u8]) -> Self {
        Desk {
            job,
            keep: job.attention.keep(),
            told: 0,
            block,
            lines: Lines::of(block),
            totals: Totals::default(),
            records: Vec::new(),
            audit: None,
        }
    }

    /// A record begins that is a line of the block, the so manyth from 1.
    pub(crate) fn begin_line(&mut self, number: u64, bounds: Range<usize>) {
        self.lines.begin(number, bounds);
    }

    /// Migrates one payload and counts it. A bug in the library costs this payload and no other one. Where payloads are
    /// to be validated, that is done instead, and there is never anything to write.
    ///
    /// `way` leads from the text to the block, `pointer` names the text in the document that it is a part of.
    pub(crate) fn migrate<'t>(
        &mut self,
        text: &'t [u8],
        known: Known,
        way: &Way<'_>,
        pointer: &dyn Display,
    ) -> Result<Migration<'t>, Wrong> {
        if let Task::Validate(checks) = &self.job.task {
            return Err(self.validate(checks, text, way, pointer));
        }
        let done = catch_unwind(AssertUnwindSafe(|| {
            trip(text);
            migrate(text, known.document, &self.job.options_of(known.plan))
        }));
        match done {
            Ok(Ok(migration)) => {
                self.totals.count(&migration);
                if let Some(audit) = &mut self.audit {
                    audit.migrated(self.totals.payloads(), text, &migration, pointer);
                } else if self.wants(&migration) {
                    let bounds = way.source(0)..way.source(text.len());
                    self.tell(&migration, way, pointer, bounds);
                }
                Ok(migration)
            }
            Ok(Err(error)) => {
                self.fail_with(error.kind(), error.offset(), way, pointer);
                Err(Wrong::of(error.kind()))
            }
            Err(_) => {
                self.fail(BUG.to_owned(), None, 0, way, pointer);
                Err(Wrong::Payload)
            }
        }
    }

    fn wants(&self, migration: &Migration<'_>) -> bool {
        let has_warning = || {
            let mut findings = migration.findings().iter();
            findings.any(|finding| finding.severity() > Severity::Note)
        };
        match self.keep {
            Keep::All => true,
            Keep::WithWarnings => has_warning(),
            Keep::Failures => migration.status() == Status::Kept,
        }
    }

    /// `bounds` are the payload's in the block: beside it may stand what is nobody's business.
    fn tell(
        &mut self,
        migration: &Migration<'_>,
        way: &Way<'_>,
        pointer: &dyn Display,
        bounds: Range<usize>,
    ) {
        let least = if self.keep == Keep::All {
            Severity::Note
        } else {
            Severity::Warning
        };
        let mut record = self.record(migration.status().into(), way, pointer);
        record.endpoint = migration.endpoint();
        for finding in migration
            .findings()
            .iter()
            .filter(|finding| finding.severity() >= least)
        {
            self.told += u64::from(finding.severity() < Severity::Error);
            let place = way.source(finding.offset());
            let (line, column) = self.lines.place(place);
            record.findings.push(OwnedFinding {
                code: finding.code(),
                severity: finding.severity(),
                pointer: format!("{pointer}{}", finding.pointer()),
                to: finding.to().map(|to| to.to_string()),
                message: finding.message().to_string(),
                help: finding.help(),
                row: finding.row(),
                line,
                column,
                excerpt: excerpt::cut(self.block, place, bounds.clone()),
            });
        }
        self.records.push(record);
        // What comes behind them in this block is told to nobody.
        if self.told >= self.job.attention.most {
            self.keep = Keep::Failures;
        }
    }

    /// A record of the payload that is the next one.
    fn record(&mut self, outcome: Outcome, way: &Way<'_>, pointer: &dyn Display) -> Record {
        let offset = way.source(0);
        let (line, column) = self.lines.place(offset);
        Record {
            record: self.totals.payloads(),
            line,
            column,
            offset: offset as u64,
            pointer: pointer.to_string(),
            endpoint: None,
            outcome,
            findings: Vec::new(),
            failure: None,
            unwritten: None,
        }
    }

    /// Counts and tells a text that is no payload.
    pub(crate) fn fail_with(
        &mut self,
        kind: &ErrorKind,
        offset: usize,
        way: &Way<'_>,
        pointer: &dyn Display,
    ) {
        self.fail(kind.to_string(), help(kind), offset, way, pointer);
        let ErrorKind::Syntax(SyntaxErrorKind::DuplicateKey { first }) = kind else {
            return;
        };
        let other = self.lines.place(way.source(*first));
        if let Some(failure) = self
            .records
            .last_mut()
            .and_then(|record| record.failure.as_mut())
        {
            failure.other = Some(other);
        }
    }

    /// Counts and tells a failure at an offset of the text.
    pub(crate) fn fail(
        &mut self,
        message: String,
        help: Option<&'static str>,
        offset: usize,
        way: &Way<'_>,
        pointer: &dyn Display,
    ) {
        self.totals.failed += 1;
        if let Some(audit) = &mut self.audit {
            let place = self.lines.place(way.source(offset));
            return audit.failed(self.totals.payloads(), &message, place, pointer);
        }
        let mut record = self.record(Outcome::Failed, way, pointer);
        let offset = way.source(offset);
        let (line, column) = self.lines.place(offset);
        let excerpt = excerpt::cut(self.block, offset, 0..self.block.len());
        record.failure = Some(Failure {
            message,
            help,
            line,
            column,
            offset: offset as u64,
            excerpt,
            other: None,
        });
        self.records.push(record);
    }

    /// How many payloads were kept or failed so far: grows where one of them is to be rejected.
    pub(crate) fn unconverted(&self) -> u64 {
        self.totals.kept + self.totals.failed
    }
}

/// Fails like a bug in the library, on a payload that holds what this variable says. For the test that such a bug
/// costs one payload; programs as people build them have no such variable.
fn trip(text: &[u8]) {
    if cfg!(debug_assertions)
        && let Some(word) = std::env::var_os("NOVITA_MIGRATE_TEST_PANIC")
        && memchr::memmem::find(text, word.as_encoded_bytes()).is_some()
    {
        #[allow(clippy::panic, reason = "this is what is to be survived")]
        {
            panic!("as NOVITA_MIGRATE_TEST_PANIC asks");
        }
    }
}

/// What is wrong with a text that is no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is not JSON: nothing can be said about what follows it in the same document.
    Syntax,
    /// It is JSON, but no payload, or not one that can be migrated, or not one that is to be.
    Payload,
}

impl Wrong {
    /// What the error is about.
    pub(crate) fn of(kind: &ErrorKind) -> Self {
        match kind {
            // These concern one object of a document that is JSON as a whole.
            ErrorKind::Syntax(SyntaxErrorKind::DuplicateKey { .. } | SyntaxErrorKind::TooDeep) => {
                Wrong::Payload
            }
            ErrorKind::Syntax(_) => Wrong::Syntax,
            _ => Wrong::Payload,
        }
    }
}
