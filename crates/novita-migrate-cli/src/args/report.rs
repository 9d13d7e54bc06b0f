//! How findings are told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How findings are told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Findings")]
pub(crate) struct ReportArgs {
    /// Write what became of every payload, with all findings, to FILE as JSON lines (see `schema report`)
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    /// How findings are printed; all but `human` go to stdout, unless the results go there
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Human)]
    pub(crate) output_format: OutputFormat,
}

/// `--output-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With the guide's line and what to do, on stderr
    Human,
    /// One line a finding
    // Beside the doc comment, where `[code]` would be a link.
    #[value(help = "One line a finding: path:line:column: severity[code] pointer: message")]
    Concise,
    /// The lines of --report
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}
