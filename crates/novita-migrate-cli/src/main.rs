//! `novita-migrate`: converts stored Novita.ai V2 image API payloads to V3.
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

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return commands::usage(&error),
    };
    commands::dispatch(cli)
}
