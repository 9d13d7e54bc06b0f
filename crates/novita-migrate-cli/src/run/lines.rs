//! One JSON document a line (NDJSON), as a stream: in constant memory, on all cores, output in the order of the input.
//! A bad line passes through unchanged and stops nothing.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError, mpsc};

use super::Job;
use super::output::{Output, Pieces};
use super::payload::{Payload, convert as convert_payload};
use crate::read::tolerant::{self, Strict};
use crate::record::{Origin, Record, Totals};

/// How much is read at once: enough that threads seldom meet, little enough to stay in the cache.
const BLOCK: usize = 1 << 20;

/// Whole lines of the input.
struct Block {
    bytes: Vec<u8>,
    /// Of the input before the block.
    offset: u64,
    number: u64,
}

/// Cuts a stream into blocks of whole lines.
struct Blocks<R> {
    input: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    offset: u64,
    number: u64,
    ended: bool,
    limit: Option<u64>,
}

impl<R: Read> Blocks<R> {
    fn next(&mut self, spare: Vec<u8>) -> io::Result<Option<Block>> {
        let mut bytes = spare;
        bytes.clear();
        bytes.append(&mut self.rest);
        let mut searched = 0;
        while !self.ended {
            let wanted = BLOCK.max(bytes.len()) as u64;
            let before = bytes.len();
            let read = self.input.by_ref().take(wanted).read_to_end(&mut bytes)?;
            self.ended = (read as u64) < wanted;
            searched = searched.max(before.min(searched));
            if let Some(at) = memchr::memrchr(b'\n', bytes.get(searched..).unwrap_or_default()) {
                self.rest
                    .extend_from_slice(bytes.get(searched + at + 1..).unwrap_or_default());
                bytes.truncate(searched + at + 1);
                break;
            }
            searched = bytes.len();
            if self.limit.is_some_and(|limit| bytes.len() as u64 > limit) {
                let limit = self.limit.unwrap_or_default();
                return Err(io::Error::other(format!(
                    "a line is longer than {limit} bytes, the limit of `--max-input-size`"
                )));
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let block = Block {
            offset: self.offset,
            number: self.number,
            bytes,
        };
        self.offset += block.bytes.len() as u64;
        self.number += 1;
        Ok(Some(block))
    }
}

/// What became of a block.
struct Done {
    block: Block,
    output: Pieces,
    totals: Totals,
    lines: u64,
    /// With lines and numbers counted from the block's beginning.
    records: Vec<Record>,
    rejected: Vec<u8>,
}

/// Converts a stream of lines.
pub(super) fn convert(
    job: &Job,
    input: impl Read + Send,
    output: &mut dyn Output,
    rejects: Option<&mut dyn Write>,
    each: &mut dyn FnMut(Record),
) -> io::Result<Totals> {
    let mut blocks = Blocks {
        input,
        rest: Vec::new(),
        offset: 0,
        number: 0,
        ended: false,
        limit: job.max_input,
    };
    let wants_rejects = rejects.is_some();
    let mut end = End {
        output,
        rejects,
        each,
        totals: Totals::default(),
        lines: 0,
        records: 0,
    };
    if job.threads <= 1 {
        let mut spare = Vec::with_capacity(BLOCK);
        while let Some(block) = blocks.next(spare)? {
            spare = end.take(work(job, block, wants_rejects))?;
        }
        return Ok(end.totals);
    }
    let blocks = Mutex::new(blocks);
    std::thread::scope(|scope| {
        // As many blocks wait as there are threads: memory stays bounded when the output is slow.
        let (send, receive) = mpsc::sync_channel(job.threads);
        for _ in 0..job.threads {
            let (send, blocks) = (send.clone(), &blocks);
            scope.spawn(move || {
                loop {
                    let next = blocks
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .next(Vec::with_capacity(BLOCK));
                    let done = match next {
                        Ok(None) => break,
                        Ok(Some(block)) => Ok(work(job, block, wants_rejects)),
                        Err(error) => Err(error),
                    };
                    let failed = done.is_err();
                    // Nobody listens after an error of the output.
                    if send.send(done).is_err() || failed {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let (mut next, mut failed) = (0, None);
        for done in receive {
            match done {
                Ok(done) => waiting.insert(done.block.number, done),
                Err(error) => {
                    failed = Some(error);
                    None
                }
            };
            while let Some(done) = waiting.remove(&next) {
                end.take(done)?;
                next += 1;
            }
        }
        failed.map_or(Ok(end.totals), Err)
    })
}

/// Takes finished blocks in the order of the input.
struct End<'o, 'r, 'e> {
    output: &'o mut dyn Output,
    rejects: Option<&'r mut dyn Write>,
    each: &'e mut dyn FnMut(Record),
    totals: Totals,
    lines: u64,
    records: u64,
}

impl End<'_, '_, '_> {
    /// Gives the block's memory back for the next one.
    fn take(&mut self, done: Done) -> io::Result<Vec<u8>> {
        done.output.write(&done.block.bytes, self.output)?;
        for mut record in done.records {
            record.shift(self.lines, self.records);
            (self.each)(record);
        }
        if let Some(rejects) = &mut self.rejects {
            rejects.write_all(&done.rejected)?;
        }
        self.lines += done.lines;
        self.records += done.totals.payloads();
        self.totals.add(&done.totals);
        Ok(done.block.bytes)
    }
}

/// Converts the lines of a block.
fn work(job: &Job, block: Block, wants_rejects: bool) -> Done {
    let bytes = block.bytes.as_slice();
    let mut output = Pieces::with_room(bytes.len().min(BLOCK * 2));
    let mut totals = Totals {
        bytes_in: bytes.len() as u64,
        ..Totals::default()
    };
    let (mut records, mut rejected) = (Vec::new(), Vec::new());
    let (mut start, mut lines) = (0, 0);
    while start < bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let line = rest.get(..length).unwrap_or_default();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let mut out = output.of(bytes);
        if text.trim_ascii().is_empty() {
            novita_migrate::Sink::lend(&mut out, line);
        } else {
            let number = totals.payloads() + 1;
            let origin = Origin {
                context: line,
                start: 0,
                lines_before: lines,
                bytes_before: block.offset + start as u64,
                map: None,
                pointer: "",
            };
            let before = totals.failed + totals.kept;
            let record = one(job, text, line, number, &origin, &mut totals, &mut out);
            records.extend(record);
            if wants_rejects && totals.failed + totals.kept > before {
                rejected.extend_from_slice(text);
                rejected.push(b'\n');
            }
        }
        lines += 1;
        start += length;
    }
    totals.bytes_out = output.len() as u64;
    Done {
        block,
        output,
        totals,
        lines,
        records,
        rejected,
    }
}

/// Converts one line, and writes it with what ended it.
fn one<'a>(
    job: &Job,
    text: &'a [u8],
    line: &'a [u8],
    number: u64,
    origin: &Origin<'_>,
    totals: &mut Totals,
    out: &mut super::output::Lender<'_, 'a>,
) -> Option<Record> {
    use novita_migrate::Sink;
    if job.tolerant
        && novita_migrate::json::Tree::parse(text).is_err()
        && let Some(Strict { text: strict, map }) = std::str::from_utf8(text)
            .ok()
            .and_then(|text| tolerant::to_strict(text).ok())
    {
        let origin = Origin {
            map: Some(&map),
            ..*origin
        };
        let (payload, record) = convert_payload(job, strict.as_bytes(), number, &origin, totals);
        match payload {
            Payload::Converted(migration) => {
                out.copy(&migration.to_vec());
                out.lend(line.get(text.len()..).unwrap_or_default());
            }
            Payload::AlreadyV3 | Payload::Unchanged => out.lend(line),
        }
        return record;
    }
    let (payload, record) = convert_payload(job, text, number, origin, totals);
    match payload {
        Payload::Converted(migration) => {
            migration.write_to(out);
            out.lend(line.get(text.len()..).unwrap_or_default());
        }
        Payload::AlreadyV3 | Payload::Unchanged => out.lend(line),
    }
    record
}
