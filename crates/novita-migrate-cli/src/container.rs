//! How an input is laid out.

use std::io::{self, Read};
use std::path::Path;

use novita_migrate::json::Tree;

use crate::run::Job;

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// By the name's ending and the content.
    Auto,
    Json,
    Ndjson,
}

/// How the bytes of an input are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One JSON document: a payload, or a list of payloads.
    Document,
    /// One JSON document a line.
    Lines,
}

/// How much of a stream is read at once while its shape is open.
const BLOCK: u64 = 64 << 10;

impl Shape {
    /// The shape of an input in memory.
    pub(crate) fn of_bytes(job: &Job, name: &Path, bytes: &[u8]) -> Self {
        Self::said(job, name)
            .or_else(|| Self::seen(bytes))
            .unwrap_or(Shape::Document)
    }

    /// The shape of a stream; what had to be read of it is put into `beginning`.
    pub(crate) fn of_stream(
        job: &Job,
        name: &Path,
        input: &mut dyn Read,
        beginning: &mut Vec<u8>,
    ) -> io::Result<Self> {
        if let Some(shape) = Self::said(job, name) {
            return Ok(shape);
        }
        loop {
            let read = input
                .take(BLOCK.max(beginning.len() as u64))
                .read_to_end(beginning)?;
            match Self::seen(beginning) {
                Some(shape) => return Ok(shape),
                None if read == 0 => return Ok(Shape::Document),
                None => {}
            }
        }
    }

    /// What the flag or the name says.
    fn said(job: &Job, name: &Path) -> Option<Self> {
        let ends_in = |ending: &str| {
            name.extension()
                .is_some_and(|found| found.eq_ignore_ascii_case(ending))
        };
        match job.format {
            Format::Json => Some(Shape::Document),
            Format::Ndjson => Some(Shape::Lines),
            Format::Auto if ends_in("ndjson") || ends_in("jsonl") => Some(Shape::Lines),
            Format::Auto => None,
        }
    }

    /// What the content says: lines, if the first is an object of its own and the next begins one. `None`: the first
    /// line has not ended, or nothing but blanks has followed it.
    fn seen(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(bytes)
            .trim_ascii_start();
        let is_object = |line: &[u8]| Tree::parse(line).is_ok() && line.starts_with(b"{");
        if bytes.first().is_some_and(|byte| *byte != b'{') {
            return Some(Shape::Document);
        }
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (first, rest) = bytes.split_at(end);
        if !is_object(first) {
            return Some(Shape::Document);
        }
        match rest.trim_ascii_start().first()? {
            b'{' => Some(Shape::Lines),
            _ => Some(Shape::Document),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn content_tells_lines_from_a_document() {
        assert_eq!(Shape::seen(b"{\"a\":1}\n\n{\"b\":2}\n"), Some(Shape::Lines));
        assert_eq!(
            Shape::seen(b"\xef\xbb\xbf{\"a\":1}\r\n{"),
            Some(Shape::Lines)
        );
        assert_eq!(Shape::seen(b"{\n  \"a\": 1\n}\n"), Some(Shape::Document));
        assert_eq!(Shape::seen(b"[{}]\n[{}]\n"), Some(Shape::Document));
        assert_eq!(Shape::seen(b"{\"a\":1}\nx"), Some(Shape::Document));
        // Not to be told yet.
        assert_eq!(Shape::seen(b"{\"a\":1}"), None);
        assert_eq!(Shape::seen(b"{\"a\":1}\n"), None);
        assert_eq!(Shape::seen(b""), None);
    }
}
