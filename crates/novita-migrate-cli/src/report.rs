//! Findings, told to people and machines.

mod concise;
mod github;
mod human;
mod json;
mod progress;
mod sarif;
pub(crate) mod style;
mod summary;
mod tellers;

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

pub(crate) use progress::{Counted, Progress};
pub(crate) use summary::{Closing, bytes, grouped, several};
pub(crate) use tellers::{Tellers, watched};

use crate::record::Record;
use crate::write::acts;

/// The JSON Schema of the report.
pub(crate) const SCHEMA: &str = include_str!("report/schema.json");

/// One way of telling.
pub(crate) trait Teller {
    /// Tells what became of one payload of the input `path`.
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()>;

    /// Tells how it all ended.
    fn finish(&mut self, closing: &Closing) -> io::Result<()>;
}

/// What stdin is called in messages; as a path it is `-`.
pub(crate) const STDIN: &str = "<stdin>";

/// A path for people: as given, with everything escaped that a terminal would act upon.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        STDIN.to_owned()
    } else {
        crate::write::shown(path)
    }
}

/// A text of an input for people, escaped likewise.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    crate::write::push_plain(&mut out, text);
    out
}

/// Writes JSON in which nothing is left that a terminal would act upon: JSON itself escapes only the first 32
/// characters.
fn plain_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut from = 0;
    for (at, char) in json.char_indices() {
        if acts(char) {
            out.write_all(json.get(from..at).unwrap_or_default().as_bytes())?;
            // All of them are in the first plane, so one escape is enough.
            write!(out, "\\u{:04x}", u32::from(char))?;
            from = at + char.len_utf8();
        }
    }
    out.write_all(json.get(from..).unwrap_or_default().as_bytes())
}

/// The pointer before a message; the whole payload has none.
fn pointer(pointer: &str) -> String {
    if pointer.is_empty() {
        String::new()
    } else {
        format!("{}: ", text(pointer))
    }
}

/// What `check` finds wrong with a payload that could be converted: not a finding of the migration, so it has a name
/// of its own.
const STILL_V2: &str = "v2-payload";

/// The words for it.
fn still_v2(record: &Record) -> String {
    match record.endpoint {
        Some(endpoint) => {
            format!("still a V2 payload; `convert` makes it a V3 body for {endpoint}")
        }
        None => "still a V2 response; `convert` makes it a V3 response".to_owned(),
    }
}
