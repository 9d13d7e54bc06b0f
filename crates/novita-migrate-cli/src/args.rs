//! The command line: what can be said, in the words that `--help`, the man page and the completions print.
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "the comments are help texts, in which brackets are no links"
)]

mod audit;
mod choice;
mod command;
mod input;
mod levels;
mod options;
mod output;
mod preserve;
mod report;
mod select;
mod validate;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};
use clap_complete::Shell;

pub(crate) use audit::{AuditArgs, GroupBy, SnapshotArgs};
pub(crate) use command::{Command, ConfigArgsOf, ConfigCommand};
pub(crate) use input::{EndpointArgs, FormatArg, InputArgs};
pub(crate) use levels::{About, LevelArgs, LevelRule};
pub(crate) use options::{NIterArg, OptionArgs, OutOfRangeArg, PlanArg, UnknownArg};
pub(crate) use output::{HardLinksArg, Mode, OutputArgs};
pub(crate) use preserve::{IpAdapterArg, MaskArg, PreserveArgs, SamplersArg};
pub(crate) use report::{OutputFormat, ReportArgs};
pub(crate) use select::{FilterArgs, SelectArgs};
pub(crate) use validate::ValidateArgs;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "novita-migrate",
    bin_name = "novita-migrate",
    version,
    about = "Converts Novita.ai (OmniInfer) V2 image API payloads to V3",
    long_about = "Converts stored Novita.ai (OmniInfer) V2 image API payloads to V3: txt2img and img2img request bodies \
                  and the responses to them, in JSON files, NDJSON logs, CSV exports, collections and shell scripts.\n\n\
                  Findings say what V3 lost, changed or refuses. Data goes to stdout, everything said about it to stderr.",
    after_help = EXAMPLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  novita-migrate convert payload.json            one payload, to stdout
  novita-migrate convert <log.ndjson >v3.ndjson  a log, line by line
  novita-migrate convert --dry-run payloads/     what --write would do
  novita-migrate convert --write payloads/       a folder; `undo` takes it back
  novita-migrate check payloads/                 exit 1 while payloads are V2
  novita-migrate validate v3/                    exit 1 if V3 refuses one
  novita-migrate audit payloads/                 what they turn into, for review
  novita-migrate explain n_iter                  what becomes of a field

Exit codes:
  0  everything was converted, or there was nothing to do
  1  a payload was kept as it was, or a check found something
  2  wrong usage, unreadable input, a failed write, nothing matched";

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct GlobalArgs {
    /// When to colour: auto (as the terminal and NO_COLOR say), always or never
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto, hide_possible_values = true)]
    pub(crate) color: Colour,
    /// Print errors only: no warnings, no summary, no progress
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print notes too, and every finding instead of the first hundred
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// As the terminal and NO_COLOR say
    Auto,
    /// Even into files and pipes
    Always,
    /// Not at all
    Never,
}

/// `convert`.
#[derive(Debug, Args)]
#[command(after_help = CONVERT_EXAMPLES)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) options: OptionArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

const CONVERT_EXAMPLES: &str = "\
Examples:
  novita-migrate convert payload.json >v3.json
  zcat log.ndjson.gz | novita-migrate convert - | gzip >v3.ndjson.gz
  novita-migrate convert --write --report changes.ndjson payloads/
  novita-migrate convert --find --out-dir v3/ postman.json traffic.har
  novita-migrate convert --column payload jobs.csv >jobs.v3.csv
  novita-migrate convert --at /documents/*/body export.json >export.v3.json
  novita-migrate convert --diff deploy.sh";

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) endpoint: EndpointArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) options: OptionArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  novita-migrate check payloads/
  novita-migrate check --deny warnings --allow deprecated-field=n_iter payloads/
  novita-migrate check --output-format sarif . >findings.sarif";

/// Where settings come from.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Settings file")]
pub(crate) struct ConfigArgs {
    /// Read settings from FILE instead of the nearest novita-migrate.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

/// `rules`.
#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// How to print the table
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = RulesFormat::Text)]
    pub(crate) format: RulesFormat,
    /// Only the tables of one document
    #[arg(long, value_name = "DOCUMENT", value_enum)]
    pub(crate) document: Option<DocumentArg>,
}

/// `rules --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// Columns for people
    Text,
    /// One JSON array with an object a row
    Json,
    /// The page docs/rules.md
    Markdown,
}

/// A document by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentArg {
    /// A txt2img request body
    Txt2img,
    /// An img2img request body
    Img2img,
    /// A response of either endpoint
    Response,
    /// An answer of /v2/progress
    Progress,
}

impl DocumentArg {
    /// The library's name for it.
    pub(crate) fn document(self) -> novita_migrate::Document {
        match self {
            DocumentArg::Txt2img => novita_migrate::Document::Txt2img,
            DocumentArg::Img2img => novita_migrate::Document::Img2img,
            DocumentArg::Response => novita_migrate::Document::Response,
            DocumentArg::Progress => novita_migrate::Document::Progress,
        }
    }
}

/// `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A finding class (deprecated-field) or a V2 or V3 field (n_iter, request.hires_fix, controlnet_units.module);
    /// without one, all finding classes are listed
    #[arg(value_name = "CODE|FIELD")]
    pub(crate) subject: Option<String>,
}

/// `undo`.
#[derive(Debug, Args)]
pub(crate) struct UndoArgs {
    /// The run to take back, as `undo --list` names it; the newest without it
    #[arg(value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// List the runs that can be taken back, newest first
    #[arg(long, conflicts_with_all = ["run", "dry_run"])]
    pub(crate) list: bool,
    /// Say what would be put back; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where the journals are, if --write was given --journal-dir
    #[arg(long, value_name = "DIR")]
    pub(crate) journal_dir: Option<PathBuf>,
}

/// `config show`.
#[derive(Debug, Args)]
pub(crate) struct ConfigShowArgs {
    #[command(flatten)]
    pub(crate) options: OptionArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Which format
    #[arg(value_enum)]
    pub(crate) what: SchemaName,
}

/// What `schema` can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// The lines of --report FILE and --output-format json
    Report,
    /// What V3 takes at /v3/async/txt2img
    #[value(name = "v3-txt2img")]
    V3Txt2img,
    /// What V3 takes at /v3/async/img2img
    #[value(name = "v3-img2img")]
    V3Img2img,
    /// What V3 takes at /v3/async/inpainting
    #[value(name = "v3-inpainting")]
    V3Inpainting,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  bash: novita-migrate completions bash >~/.local/share/bash-completion/completions/novita-migrate
  zsh:  novita-migrate completions zsh >~/.zfunc/_novita-migrate   (with ~/.zfunc in fpath)
  fish: novita-migrate completions fish >~/.config/fish/completions/novita-migrate.fish";

/// `man`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  novita-migrate man >~/.local/share/man/man1/novita-migrate.1")]
pub(crate) struct ManArgs {
    /// The command to describe: convert, check …; the program itself without it
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
