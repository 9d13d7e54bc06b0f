//! The program behind the command `novita-migrate`; not meant to be used as a library: that is `novita-migrate`.
//!
//! The library `novita-migrate` decides what a payload turns into; this program finds payloads in files and streams,
//! writes results safely and tells people about them.

mod args;
mod audit;
mod batch;
mod commands;
mod config;
mod container;
mod excerpt;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod read;
mod record;
mod report;
mod run;
mod select;
mod suggest;
mod validate;
mod write;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return commands::usage(&error),
    };
    commands::dispatch(cli)
}
