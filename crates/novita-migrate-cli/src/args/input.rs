//! What to read and how.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::DocumentArg;
use super::values;

/// What to read and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// Files, folders or quoted globs to read; `-`, or nothing with a pipe, reads stdin
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// What the inputs are; found out from name and content without it
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(crate) format: Option<FormatArg>,

    /// Accept what is almost JSON: raw line breaks in strings, comments, trailing commas, single quotes
    #[arg(long)]
    pub(crate) tolerant: bool,

    /// The column of a CSV or TSV table that holds payloads; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) column: Vec<String>,

    /// Where payloads sit in a larger document, as a JSON Pointer in which `*` is any element or member
    /// (/items/*/body); may be repeated
    #[arg(long, value_name = "POINTER", value_parser = values::pointer)]
    pub(crate) at: Vec<String>,

    /// Look for payloads at any depth of any JSON document, in strings too: Postman, Insomnia, HAR, database exports
    #[arg(long, conflicts_with = "at")]
    pub(crate) find: bool,

    /// Refuse an input that is larger than SIZE when decompressed (500M, 2G)
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(crate) max_input_size: Option<u64>,

    /// Number of threads; one for each core without it
    #[arg(short = 'j', long, value_name = "N", value_parser = values::threads)]
    pub(crate) threads: Option<usize>,
}

/// What V2 payloads are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct EndpointArgs {
    /// Which tables of the guide apply to the payloads; found out for each payload without it
    #[arg(long, value_name = "DOCUMENT", value_enum)]
    pub(crate) endpoint: Option<EndpointArg>,
}

impl EndpointArgs {
    /// The library's document; `None` to find out.
    pub(crate) fn document(&self) -> Option<novita_migrate::Document> {
        self.endpoint.and_then(EndpointArg::document)
    }
}

/// `--endpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EndpointArg {
    /// Decide for each payload
    Auto,
    /// txt2img request bodies
    Txt2img,
    /// img2img request bodies
    Img2img,
    /// Responses of either endpoint
    Response,
    /// Stored answers of /v2/progress
    Progress,
}

impl EndpointArg {
    fn document(self) -> Option<novita_migrate::Document> {
        let document = match self {
            EndpointArg::Auto => return None,
            EndpointArg::Txt2img => DocumentArg::Txt2img,
            EndpointArg::Img2img => DocumentArg::Img2img,
            EndpointArg::Response => DocumentArg::Response,
            EndpointArg::Progress => DocumentArg::Progress,
        };
        Some(document.document())
    }
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Decide by name and content
    Auto,
    /// One payload, an array of them, or several after one another
    Json,
    /// One payload a line (JSON lines)
    Ndjson,
    /// A table with commas; needs --column
    Csv,
    /// A table with tabs; needs --column
    Tsv,
    /// Shell scripts and texts with curl commands
    Curl,
}
