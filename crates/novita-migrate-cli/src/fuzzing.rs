//! What the fuzz targets in `fuzz/` see of the inside.

use std::ops::Range;
use std::path::Path;

use novita_migrate::Options;

use crate::args::FormatArg;
use crate::container::command::{Body, commands};
use crate::read::map::Map;
use crate::read::strict;
use crate::record::Totals;
use crate::run::{Job, Watch, run_bytes};

/// How an input is to be converted.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// As the library is to migrate.
    pub options: Options,
    /// The input is a script, whatever it looks like.
    pub curl: bool,
    /// The input is JSON, whatever it looks like.
    pub json: bool,
    /// `--find`
    pub find: bool,
    /// `--tolerant`
    pub tolerant: bool,
}

/// What became of an input.
#[derive(Debug)]
pub struct Done {
    /// What is written; `None` where nothing changes.
    pub output: Option<Vec<u8>>,
    /// How many payloads were converted.
    pub converted: u64,
    /// How many of them are answers.
    pub answers: u64,
    /// How many stay V2 because of an error.
    pub kept: u64,
    /// How many could not be read, or are none.
    pub failed: u64,
    /// Where the payloads are that were converted: pointers in the documents.
    pub pointers: Vec<String>,
    /// Where all payloads begin, in bytes of the input.
    pub offsets: Vec<u64>,
}

/// Converts an input.
///
/// # Errors
/// About the whole input.
pub fn convert(input: &[u8], how: &How) -> Result<Done, String> {
    let format = match (how.curl, how.json) {
        (true, _) => FormatArg::Curl,
        (_, true) => FormatArg::Json,
        _ => FormatArg::Auto,
    };
    let job = Job {
        options: how.options.clone(),
        format,
        find: how.find,
        tolerant: how.tolerant,
        ..Job::default()
    };
    let (mut pointers, mut offsets, mut answers) = (Vec::new(), Vec::new(), 0);
    let mut watch = Watch {
        each: &mut |record| {
            offsets.push(record.offset);
            if record.outcome == crate::record::Outcome::Converted {
                answers += u64::from(record.endpoint.is_none());
                pointers.push(record.pointer);
            }
        },
        done: &|_| {},
        rejects: None,
        totals: Totals::default(),
        audit: &mut |_| {},
    };
    let done = run_bytes(&job, Path::new("-"), input, &mut watch);
    let output = done.map_err(|error| error.to_string())?;
    let totals = watch.totals;
    Ok(Done {
        output,
        converted: totals.converted,
        answers,
        kept: totals.kept,
        failed: totals.failed,
        pointers,
        offsets,
    })
}

/// What `--tolerant` makes of a text.
#[derive(Debug)]
pub struct Strict {
    /// JSON, if the text was something like it.
    pub text: Vec<u8>,
    map: Map,
}

impl Strict {
    /// Makes JSON of a text.
    ///
    /// # Errors
    /// The offset of what cannot be read, and why.
    pub fn of(source: &[u8]) -> Result<Self, (usize, String)> {
        match strict::make(source) {
            Ok(strict) => Ok(Strict {
                text: strict.text,
                map: strict.map,
            }),
            Err(error) => Err((error.offset, error.message)),
        }
    }

    /// Where a byte of the JSON comes from.
    pub fn source(&self, offset: usize) -> usize {
        self.map.source(offset)
    }
}

/// A curl command.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// What may be its URL: decoded words.
    pub words: Vec<Vec<u8>>,
    /// The text that it sends.
    pub body: Option<Vec<u8>>,
    /// Where the words and the body stand, with their quotes.
    pub ranges: Vec<Range<usize>>,
}

/// The curl commands of a script. `None` where one stands inside of another one: both are looked at, and which of them
/// becomes V3 is a matter of what they hold.
pub fn calls(script: &[u8]) -> Option<Vec<Call>> {
    let (mut calls, mut behind) = (Vec::new(), 0);
    for (place, command) in commands(script) {
        if place.start < behind {
            return None;
        }
        behind = place.end;
        let words = command.words.iter().map(|word| word.range.clone());
        let mut ranges: Vec<_> = words.collect();
        let mut body = None;
        if let Body::Text(word, part) = &command.body {
            ranges.push(word.range.clone());
            body = word.layer.text.get(part.clone()).map(<[u8]>::to_vec);
        }
        let words = command.words.into_iter().map(|word| word.layer.text);
        calls.push(Call {
            words: words.collect(),
            body,
            ranges,
        });
    }
    Some(calls)
}
