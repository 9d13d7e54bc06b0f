//! Colours, and the few sentences that are printed outside of a report.

use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, ColorChoice, StripStream};
use anstyle::{AnsiColor, Style};
use novita_migrate::Severity;

use crate::args::Colour;

/// Errors, and the word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Warnings.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Notes.
pub(crate) const NOTE: Style = AnsiColor::Cyan.on_default().bold();
/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Names and headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is there to be skipped by the eye.
pub(crate) const FAINT: Style = Style::new().dimmed();

impl Colour {
    /// Makes the choice hold for everything that anstream prints.
    pub(crate) fn apply(self) {
        match self {
            // anstream's own default: the terminal, NO_COLOR, CLICOLOR and TERM.
            Colour::Auto => {}
            Colour::Always => ColorChoice::Always.write_global(),
            Colour::Never => ColorChoice::Never.write_global(),
        }
    }
}

/// The colour of a severity.
pub(crate) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        _ => NOTE,
    }
}

/// Stderr, coloured or not, in one piece for each flush: the finding's own parts would be a system call each.
pub(super) fn stderr() -> Box<dyn Write + Send> {
    let buffered: Box<dyn Write + Send> = Box::new(BufWriter::new(io::stderr()));
    match AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => Box::new(StripStream::new(buffered)),
        _ => buffered,
    }
}

/// Prints `error: …` and perhaps `help: …` to stderr.
pub(crate) fn error(message: &str, help: Option<&str>) {
    let mut err = anstream::stderr().lock();
    // Without stderr there is nobody to tell.
    let _ = writeln!(err, "{ERROR}error{ERROR:#}: {message}");
    if let Some(help) = help {
        let _ = writeln!(err, "  {STRONG}help{STRONG:#}: {help}");
    }
}

/// Prints one sentence to stderr.
pub(crate) fn say(message: &str) {
    // Without stderr there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{message}");
}
