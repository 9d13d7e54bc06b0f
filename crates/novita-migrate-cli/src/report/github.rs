//! Workflow commands of GitHub Actions: annotations at the lines of a change.

use std::io::{self, Write};
use std::path::Path;

use novita_migrate::Severity;

use super::{Closing, STILL_V2, Teller, still_v2};
use crate::record::{Outcome, Record};
use crate::write::push_plain;

/// Tells as annotations.
pub(crate) struct Github<W> {
    pub(crate) out: W,
    /// The least severity that is told.
    pub(crate) least: Severity,
    /// Whether a payload that is still V2 is told too.
    pub(crate) check: bool,
}

impl<W: Write> Github<W> {
    fn annotate(
        &mut self,
        kind: &str,
        path: &Path,
        at: (u64, u64),
        title: &str,
        message: &str,
    ) -> io::Result<()> {
        let path = property(&path.to_string_lossy());
        let (line, column) = (at.0.max(1), at.1.max(1));
        let (title, message) = (property(title), data(message));
        writeln!(
            self.out,
            "::{kind} file={path},line={line},col={column},title={title}::{message}"
        )
    }
}

impl<W: Write> Teller for Github<W> {
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()> {
        if self.check && record.outcome == Outcome::Converted {
            self.annotate(
                "error",
                path,
                (record.line, record.column),
                STILL_V2,
                &still_v2(record),
            )?;
        }
        let least = self.least;
        for finding in record
            .findings
            .iter()
            .filter(|finding| finding.severity >= least)
        {
            let kind = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                _ => "notice",
            };
            let message = format!("{}: {}", finding.pointer, finding.message);
            let at = (finding.line, finding.column);
            self.annotate(
                kind,
                path,
                at,
                finding.code.name(),
                message.trim_start_matches(": "),
            )?;
        }
        match &record.failure {
            Some(failure) => self.annotate(
                "error",
                path,
                (failure.line, failure.column),
                "failed",
                &failure.message,
            ),
            None => Ok(()),
        }
    }

    fn finish(&mut self, _: &Closing) -> io::Result<()> {
        self.out.flush()
    }
}

/// The text of an annotation: a line break would end the command, and the log of a build is read in terminals too.
fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            _ => push_plain(&mut out, char.encode_utf8(&mut [0; 4])),
        }
    }
    out
}

/// A property of an annotation: a comma or colon would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn texts_cannot_end_a_command_or_a_property() {
        assert_eq!(data("50%: a,b\r\nc"), "50%25: a,b%0D%0Ac");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(data("\u{1b}[2J\u{9b}m"), "\\x1b[2J\\x9bm");
    }
}
