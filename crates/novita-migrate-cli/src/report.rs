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

use std::io;
use std::path::Path;

pub(crate) use progress::{Counted, Progress};
pub(crate) use summary::{Closing, bytes, several};
pub(crate) use tellers::{Tellers, watched};

use crate::record::Record;

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
