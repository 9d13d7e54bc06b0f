//! One JSON document that is in memory: a payload, or a list of payloads.

use std::io::{self, Write};

use novita_migrate::json::Tree;

use super::Job;
use super::output::Pieces;
use super::payload::{Payload, convert as convert_payload};
use crate::read::tolerant::{self, Map, Strict};
use crate::record::{Origin, Record, Totals};

/// What became of a document.
pub(super) struct Done {
    pub(super) output: Pieces,
    pub(super) totals: Totals,
    records: Vec<Record>,
    /// The bytes of payloads that were kept or failed, as ranges of the input.
    rejected: Vec<std::ops::Range<usize>>,
}

impl Done {
    /// Tells the records and writes the rejects, one a line.
    pub(super) fn finish(
        self,
        bytes: &[u8],
        rejects: Option<&mut dyn Write>,
        each: &mut dyn FnMut(Record),
    ) -> io::Result<()> {
        self.records.into_iter().for_each(each);
        if let Some(rejects) = rejects {
            for range in self.rejected {
                rejects.write_all(bytes.get(range).unwrap_or_default().trim_ascii())?;
                rejects.write_all(b"\n")?;
            }
        }
        Ok(())
    }
}

/// Converts a document. With `--tolerant` one that is not JSON is made JSON first.
pub(super) fn convert(job: &Job, bytes: &[u8]) -> Done {
    let done = convert_strict(job, bytes, bytes, None);
    let failed =
        |done: &Done| done.totals.failed > 0 && done.totals.payloads() == done.totals.failed;
    if !job.tolerant || !failed(&done) || Tree::parse(bytes).is_ok() {
        return done;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return done;
    };
    match tolerant::to_strict(text) {
        Ok(Strict { text: strict, map }) => {
            convert_strict(job, strict.as_bytes(), bytes, Some(&map))
        }
        Err(error) => {
            let origin = origin(bytes, 0, None, "");
            Done {
                records: vec![origin.failure(1, error.offset, error.message, None)],
                ..done
            }
        }
    }
}

fn origin<'a>(
    context: &'a [u8],
    start: usize,
    map: Option<&'a Map>,
    pointer: &'a str,
) -> Origin<'a> {
    Origin {
        context,
        start,
        lines_before: 0,
        bytes_before: 0,
        map,
        pointer,
    }
}

/// Converts JSON text, which stands as it is in `context`, or was made from it.
fn convert_strict(job: &Job, text: &[u8], context: &[u8], map: Option<&Map>) -> Done {
    let mut done = Done {
        output: Pieces::default(),
        totals: Totals {
            bytes_in: context.len() as u64,
            ..Totals::default()
        },
        records: Vec::new(),
        rejected: Vec::new(),
    };
    let without_mark = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if without_mark.trim_ascii_start().starts_with(b"[")
        && let Ok(tree) = Tree::parse(text)
    {
        list(job, &tree, context, map, &mut done);
    } else {
        single(job, text, context, map, &mut done);
    }
    done.totals.bytes_out = if done.totals.withheld {
        0
    } else {
        done.output.len() as u64
    };
    done
}

fn single(job: &Job, text: &[u8], context: &[u8], map: Option<&Map>, done: &mut Done) {
    let origin = origin(context, 0, map, "");
    let (payload, record) = convert_payload(job, text, 1, &origin, &mut done.totals);
    match payload {
        // Text that was made here is copied, text of the input is referred to.
        Payload::Converted(migration) => migration.write_to(&mut done.output.of(context)),
        Payload::AlreadyV3 => done.output = Pieces::whole(context),
        Payload::Unchanged => {
            done.totals.withheld = true;
            done.rejected.push(0..context.len());
        }
    }
    done.records.extend(record);
}

/// The line that each element of a list begins on, found in one pass over the list.
#[derive(Default)]
struct LineStarts {
    /// The start of the current line, and how many lines are before it.
    start: usize,
    before: u64,
    seen: usize,
}

impl LineStarts {
    fn origin<'a>(&mut self, context: &'a [u8], start: usize, pointer: &'a str) -> Origin<'a> {
        for at in memchr::memchr_iter(b'\n', context.get(self.seen..start).unwrap_or_default()) {
            self.before += 1;
            self.start = self.seen + at + 1;
        }
        self.seen = start;
        Origin {
            context: context.get(self.start..).unwrap_or_default(),
            start: start - self.start,
            lines_before: self.before,
            bytes_before: self.start as u64,
            map: None,
            pointer,
        }
    }
}

/// Every element is a payload of its own; what stands between them stays.
fn list(job: &Job, tree: &Tree<'_>, context: &[u8], map: Option<&Map>, done: &mut Done) {
    use novita_migrate::Sink;
    let text = tree.input();
    let mut from = 0;
    let mut lines = LineStarts::default();
    for (at, element) in tree.root().elements().enumerate() {
        let span = element.span();
        let pointer = format!("/{at}");
        // Inside text that was made here, offsets go through the map, which leads to the whole input.
        let shifted = map.map(|map| map.from(span.start));
        let origin = match &shifted {
            Some(map) => origin(context, 0, Some(map), &pointer),
            None => lines.origin(context, span.start, &pointer),
        };
        let (payload, record) =
            convert_payload(job, element.raw(), at as u64 + 1, &origin, &mut done.totals);
        match payload {
            Payload::Converted(migration) => {
                let mut out = done.output.of(context);
                out.lend(text.get(from..span.start).unwrap_or_default());
                migration.write_to(&mut out);
                from = span.end;
            }
            Payload::AlreadyV3 => {}
            Payload::Unchanged if map.is_none() => done.rejected.push(span),
            Payload::Unchanged => {}
        }
        done.records.extend(record);
    }
    if done.totals.converted == 0 {
        // What was made JSON only to be read stays as it was written.
        done.output = Pieces::whole(context);
    } else {
        done.output
            .of(context)
            .lend(text.get(from..).unwrap_or_default());
    }
    // A list of other things is nothing that could be converted.
    done.totals.withheld =
        done.totals.payloads() > 0 && done.totals.failed == done.totals.payloads();
}
