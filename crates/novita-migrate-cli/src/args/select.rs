//! Which files of the folders given are read.

use std::path::PathBuf;

use clap::Args;

/// Which files of the folders given are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files of a folder")]
pub(crate) struct SelectArgs {
    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// Read the names of the inputs from FILE, one a line (`-`: from stdin)
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,

    /// Names in --files-from and of --list-different end with a NUL byte, not a line break
    #[arg(short = '0', long)]
    pub(crate) null: bool,

    /// Do not mind if no file matches: exit 0 instead of 2
    #[arg(long)]
    pub(crate) allow_empty: bool,
}

/// The part of [`SelectArgs`] that the settings file can hold as well.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Files of a folder")]
pub(crate) struct FilterArgs {
    /// Take only files that match GLOB (*.json, logs/**); may be repeated. A path given by name is always taken
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,

    /// Leave out files and folders that match GLOB; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,

    /// Take hidden files and folders too
    #[arg(long)]
    pub(crate) hidden: bool,

    /// Take files that .gitignore and .ignore leave out too
    #[arg(long)]
    pub(crate) no_ignore: bool,

    /// Follow linked folders
    #[arg(long)]
    pub(crate) follow: bool,
}
