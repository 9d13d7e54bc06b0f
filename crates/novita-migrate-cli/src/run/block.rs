//! One block of an input: its records are migrated, and everything between them stays.

use std::fmt::Display;
use std::io;
use std::ops::Range;

use novita_migrate::json::Tree;
use novita_migrate::{ErrorKind, Sink, Status};

use super::Plan;
use super::desk::{Desk, Known, Wrong};
use super::output::{Lender, Pieces};
use crate::audit::{Auditor, Tally};
use crate::container::edit::{Edit, sorted};
use crate::container::embedded::{self, Search, Text};
use crate::container::layer::AsItIs;
use crate::container::{Layout, Pattern, curl, table};
use crate::read::blocks::Block;
use crate::read::map::Way;
use crate::read::split::{Json, Span};
use crate::read::strict;
use crate::record::{Record, Totals};

/// What became of a block.
#[derive(Default)]
pub(super) struct Done {
    pub(super) output: Pieces,
    pub(super) totals: Totals,
    /// With places counted from the block's beginning.
    pub(super) records: Vec<Record>,
    /// Parts of the block that were kept or failed.
    pub(super) rejected: Vec<Range<usize>>,
    /// What the auditor saw.
    pub(super) audit: Option<Tally>,
    /// Lines of the block, where records are lines.
    pub(super) lines: u64,
    /// Nothing can be said about what follows.
    pub(super) broken: bool,
}

/// Migrates the payloads of a block. `output` is empty, to be used again.
pub(super) fn convert(plan: &Plan<'_>, block: &Block, mut output: Pieces) -> Done {
    let bytes: &[u8] = &block.bytes;
    let mut desk = Desk::new(plan.job, bytes);
    desk.audit = plan.audit.as_ref().map(Auditor::new);
    let out = plan.keeps.then(|| output.of(bytes));
    let mut work = Work::new(plan, &mut desk, bytes, Way::at(0), out);
    let broken = match plan.layout {
        Layout::Lines => work.lines(block.records.lines()),
        Layout::Json if plan.job.tolerant => work.tolerant_documents(),
        Layout::Json => work.documents(&block.records.spans),
        Layout::Table(delimiter) => work.rows(delimiter, block),
        Layout::Curl => work.script(),
    }
    .is_err();
    if let (Some((offset, kind)), false) = (block.broken, broken) {
        work.desk
            .fail_with(&ErrorKind::Syntax(kind), 0, &Way::at(offset), &"");
    }
    let broken = broken || block.broken.is_some();
    let lines = work.line_count;
    let rejected = work.finish();
    let Desk {
        mut totals,
        records,
        audit,
        ..
    } = desk;
    let is_alone = plan.layout == Layout::Json && block.whole;
    totals.withheld = broken || (is_alone && has_nothing(plan, &totals, &block.records.spans));
    Done {
        output,
        totals,
        records,
        rejected,
        audit: audit.map(Auditor::finish),
        lines,
        broken,
    }
}

/// Whether documents that are a whole input leave nothing to write: one payload that has no V3 form, or nothing but
/// failures.
fn has_nothing(plan: &Plan<'_>, totals: &Totals, spans: &[Span]) -> bool {
    let is_one = !spans.iter().any(|span| span.element.is_some()) && totals.payloads() == 1;
    match plan.search() {
        Some(_) => false,
        None => {
            (is_one && totals.kept == 1)
                || (totals.failed > 0 && totals.failed == totals.payloads())
        }
    }
}

/// A text with records at work: a block, or what was made of one.
struct Work<'w, 'd, 'p, 't> {
    plan: &'w Plan<'w>,
    desk: &'w mut Desk<'d>,
    text: &'t [u8],
    way: Way<'w>,
    /// `None` where nobody sees it.
    out: Option<Lender<'p, 't>>,
    /// What comes before has been written.
    from: usize,
    /// The lines so far, where records are lines.
    line_count: u64,
    rejected: Vec<Range<usize>>,
}

impl<'w, 'd, 'p, 't> Work<'w, 'd, 'p, 't> {
    fn new(
        plan: &'w Plan<'w>,
        desk: &'w mut Desk<'d>,
        text: &'t [u8],
        way: Way<'w>,
        out: Option<Lender<'p, 't>>,
    ) -> Self {
        Work {
            plan,
            desk,
            text,
            way,
            out,
            from: 0,
            line_count: 0,
            rejected: Vec::new(),
        }
    }

    /// Writes what stands behind the last replaced part. Returns the parts of the block that were rejected.
    fn finish(self) -> Vec<Range<usize>> {
        if let Some(mut out) = self.out {
            out.lend(self.text.get(self.from..).unwrap_or_default());
        }
        self.rejected
    }

    /// Replaces a part of the text with what `new` writes.
    fn replace(&mut self, part: Range<usize>, new: impl FnOnce(&mut Lender<'p, 't>)) {
        if let Some(out) = &mut self.out {
            out.lend(self.text.get(self.from..part.start).unwrap_or_default());
            new(out);
            self.from = part.end;
        }
    }

    /// Does something with a record, and rejects the record if payloads in it were kept or failed.
    fn judged(
        &mut self,
        range: Range<usize>,
        work: impl FnOnce(&mut Self) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let before = self.desk.unconverted();
        let done = work(self);
        if self.desk.unconverted() > before {
            self.rejected
                .push(self.way.source(range.start)..self.way.source(range.end));
        }
        done
    }

    fn lines(&mut self, lines: impl Iterator<Item = Range<usize>>) -> Result<(), Wrong> {
        for range in lines {
            self.line_count += 1;
            let line = self.text.get(range.clone()).unwrap_or_default();
            if line.trim_ascii_start().is_empty() {
                continue;
            }
            self.desk.begin_line(self.line_count, range.clone());
            // Whatever is wrong with a line, it is nothing to the next one.
            let _ = self.judged(range.clone(), |work| {
                if work.plan.job.tolerant && Tree::parse(line).is_err() {
                    work.made_json(range.clone(), &"", |json| {
                        // A line of nothing but a comment is an empty one.
                        match json.text.trim_ascii().is_empty() {
                            true => Ok(()),
                            false => json.record(0..json.text.len(), &"", json.plan.search()),
                        }
                    })
                } else {
                    work.record(range.clone(), &"", work.plan.search())
                }
            });
        }
        Ok(())
    }

    /// Documents and elements of lists. What is no JSON ends them all.
    fn documents(&mut self, spans: &[Span]) -> Result<(), Wrong> {
        let mut had_scalar = false;
        for Span { range, element } in spans {
            // Of a list of a million numbers, one is told.
            let is_scalar = self.plan.search().is_none()
                && element.is_some()
                && !matches!(self.text.get(range.start), Some(b'{' | b'['));
            if is_scalar && had_scalar && self.desk.audit.is_none() {
                self.desk.totals.failed += 1;
                continue;
            }
            had_scalar |= is_scalar;
            let pointer = element.map_or_else(String::new, |number| format!("/{number}"));
            let patterns: Vec<_>;
            let search = match (self.plan.search(), element) {
                (Some(Search::At(all)), Some(number)) => {
                    let step = |pattern: &Pattern<'w>| pattern.step(None, *number as usize);
                    patterns = all.iter().filter_map(step).collect();
                    Some(Search::At(&patterns))
                }
                (search, _) => search,
            };
            match self.judged(range.clone(), |work| {
                work.record(range.clone(), &pointer, search)
            }) {
                Err(Wrong::Syntax) => return Err(Wrong::Syntax),
                Ok(()) | Err(Wrong::Payload) => {}
            }
        }
        Ok(())
    }

    /// All of a block, made JSON where it is not.
    fn tolerant_documents(&mut self) -> Result<(), Wrong> {
        self.made_json(0..self.text.len(), &"", |json| {
            let mut spans = Vec::new();
            let cut = Json::default().cut(json.text, true, &mut spans);
            json.documents(&spans)?;
            match cut.broken {
                None => Ok(()),
                Some((offset, kind)) => {
                    json.desk
                        .fail_with(&ErrorKind::Syntax(kind), 0, &json.way.part(offset), &"");
                    Err(Wrong::Syntax)
                }
            }
        })
    }

    /// One record of JSON.
    fn record(
        &mut self,
        range: Range<usize>,
        pointer: &dyn Display,
        search: Option<Search<'_>>,
    ) -> Result<(), Wrong> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let way = self.way;
        let way = way.part(range.start);
        if let Some(search) = search {
            let edits = self.search(text, way, pointer, search)?;
            self.edit(range.start, edits);
            return Ok(());
        }
        let migration = self
            .desk
            .migrate(text, Known::of(self.plan.job), &way, pointer)?;
        if migration.status() == Status::Converted {
            self.replace(range, |out| migration.write_to(out));
        }
        Ok(())
    }

    /// The changes to a document in which payloads are looked for.
    fn search(
        &mut self,
        bytes: &[u8],
        way: Way<'_>,
        pointer: &dyn Display,
        search: Search<'_>,
    ) -> Result<Vec<Edit>, Wrong> {
        let text = Text {
            bytes,
            way,
            speller: &AsItIs,
            pointer,
            context: Default::default(),
            depth: 0,
        };
        match embedded::convert(&text, search, self.desk) {
            Ok(changed) => {
                self.desk.totals.passed += u64::from(changed.found == 0);
                Ok(changed.edits)
            }
            Err(error) => {
                let kind = ErrorKind::Syntax(error.kind);
                self.desk.fail_with(&kind, error.offset, &way, pointer);
                Err(Wrong::of(&kind))
            }
        }
    }

    /// Does something with a part of the text after it was made JSON. What does not change then stays as it was.
    fn made_json(
        &mut self,
        range: Range<usize>,
        pointer: &dyn Display,
        run: impl FnOnce(&mut Work<'_, 'd, '_, '_>) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let around = self.way;
        let around = around.part(range.start);
        let json = match strict::make(source) {
            Ok(json) => json,
            Err(error) => {
                self.desk
                    .fail(error.message, None, error.offset, &around, pointer);
                return Err(Wrong::Syntax);
            }
        };
        let converted = self.desk.totals.converted;
        let mut pieces = Pieces::default();
        let mut work = Work::new(
            self.plan,
            self.desk,
            &json.text,
            around.inside(0, &json.map),
            self.out.is_some().then(|| pieces.of(&json.text)),
        );
        let done = run(&mut work);
        self.rejected.extend(work.finish());
        if self.desk.totals.converted > converted {
            self.desk.totals.comments += json.comments;
        }
        if self.out.is_some() && self.desk.totals.converted > converted {
            let mut new = Vec::with_capacity(pieces.len());
            // A vector takes everything.
            let _: io::Result<()> = pieces.write(&json.text, &mut new);
            self.replace(range, |out| out.copy(&new));
        }
        done
    }

    /// The rows of a table, without its header.
    fn rows(&mut self, delimiter: u8, block: &Block) -> Result<(), Wrong> {
        let header = usize::from(block.number == 0);
        for Span { range, .. } in block.records.spans.iter().skip(header) {
            let row = self.text.get(range.clone()).unwrap_or_default();
            let way = self.way;
            let _ = self.judged(range.clone(), |work| {
                let edits =
                    table::convert(work.plan, row, delimiter, way.part(range.start), work.desk);
                work.edit(range.start, edits);
                Ok(())
            });
        }
        Ok(())
    }

    /// A text with curl commands.
    fn script(&mut self) -> Result<(), Wrong> {
        let edits = curl::convert(self.text, self.plan.is_shell, self.way, self.desk);
        self.edit(0, edits);
        Ok(())
    }

    fn edit(&mut self, start: usize, edits: Vec<Edit>) {
        for (part, new) in sorted(edits) {
            let part = start + part.start..start + part.end;
            self.replace(part, |out| out.copy(&new));
        }
    }
}
