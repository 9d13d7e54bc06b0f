//! One line a finding, for editors and grep: `path:line:column: severity[code] pointer: message`.

use std::io::{self, Write};
use std::path::Path;

use novita_migrate::Severity;

use super::{Closing, STILL_V2, Teller, name, pointer, still_v2, text};
use crate::record::{Outcome, Record};

/// Tells line by line.
pub(crate) struct Concise<W> {
    pub(crate) out: W,
    /// The least severity that is told.
    pub(crate) least: Severity,
    /// Whether a payload that is still V2 is told too.
    pub(crate) check: bool,
}

impl<W: Write> Teller for Concise<W> {
    fn record(&mut self, path: &Path, record: &Record) -> io::Result<()> {
        let path = name(path);
        if self.check && record.outcome == Outcome::Converted {
            writeln!(
                self.out,
                "{path}:{}:{}: error[{STILL_V2}] {}",
                record.line,
                record.column,
                still_v2(record)
            )?;
        }
        for finding in record
            .findings
            .iter()
            .filter(|finding| finding.severity >= self.least)
        {
            let (severity, code) = (finding.severity, finding.code);
            let (pointer, message) = (pointer(&finding.pointer), text(&finding.message));
            writeln!(
                self.out,
                "{path}:{}:{}: {severity}[{code}] {pointer}{message}",
                finding.line, finding.column
            )?;
        }
        if let Some(failure) = &record.failure {
            let message = text(&failure.message);
            writeln!(
                self.out,
                "{path}:{}:{}: error: {}{message}",
                failure.line.max(1),
                failure.column.max(1),
                pointer(&record.pointer)
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Closing) -> io::Result<()> {
        self.out.flush()
    }
}
