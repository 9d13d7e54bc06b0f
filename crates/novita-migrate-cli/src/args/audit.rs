//! `audit`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ConfigArgs, EndpointArgs, InputArgs, LevelArgs, OptionArgs, SelectArgs};

/// `audit`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) snapshots: SnapshotArgs,
    #[command(flatten)]
    pub(crate) pages: PageArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) options: OptionArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

const EXAMPLES: &str = "\
Examples:
  novita-migrate audit payloads/                       what becomes of them, as Markdown
  novita-migrate audit payloads/ --report-html audit.html
  novita-migrate audit payloads/ --snapshots audits/   the first time: writes the snapshots; later: proposes changes
  novita-migrate audit payloads/ --snapshots audits/ --check    in CI: exit 1 if anything moved
  cargo insta review                                   reviews what was proposed, one by one
  novita-migrate audit payloads/ --snapshots audits/ --accept --prune
  novita-migrate audit --compare old.json new.json";

/// The snapshots.
#[derive(Debug, Args)]
#[command(next_help_heading = "Snapshots")]
pub(crate) struct SnapshotArgs {
    /// Keep what every payload turns into as one text file below DIR; what differs is put beside it as .snap.new, for
    /// `cargo insta review`, and the exit code is 1. A DIR without snapshots is filled
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshots: Option<PathBuf>,

    /// Write no snapshot; print what differs as a diff, and exit 1 if a snapshot differs, is missing or obsolete
    #[arg(long, requires = "snapshots", conflicts_with_all = ["accept", "prune"])]
    pub(crate) check: bool,

    /// Replace the snapshots that differ, and write those that are missing
    #[arg(long, requires = "snapshots")]
    pub(crate) accept: bool,

    /// Remove the snapshots of payloads that are not there any more
    #[arg(long, requires = "snapshots")]
    pub(crate) prune: bool,

    /// Exit 1 if there is a warning that no [[accept]] of the settings file takes, or an [[accept]] that takes none
    #[arg(long)]
    pub(crate) deny_unaccepted: bool,
}

/// The reports.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(crate) struct PageArgs {
    /// Write the audit as one HTML page to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) report_html: Option<PathBuf>,

    /// Write the audit as Markdown to FILE (`-`: stdout)
    #[arg(long, value_name = "FILE")]
    pub(crate) report_md: Option<PathBuf>,

    /// Write the audit as JSON to FILE, which --compare reads
    #[arg(long, value_name = "FILE")]
    pub(crate) report_json: Option<PathBuf>,

    /// What payloads of one group have in common
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = GroupBy::Findings)]
    pub(crate) group_by: GroupBy,

    /// Print what changed from one --report-json to another; exit 1 if anything did
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["paths", "snapshots", "report_html", "report_md", "report_json"])]
    pub(crate) compare: Option<Vec<PathBuf>>,
}

/// `--group-by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    /// Outcome, endpoint and the same findings about the same fields
    Findings,
    /// The same findings, and the same fields with the same fate
    Fields,
    /// Outcome, endpoint and the same model_name
    Model,
}

impl GroupBy {
    /// The word on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            GroupBy::Findings => "findings",
            GroupBy::Fields => "fields",
            GroupBy::Model => "model",
        }
    }
}
