//! `novita-migrate`: converts stored Novita.ai V2 image API payloads to V3.

use std::process::ExitCode;

fn main() -> ExitCode {
    novita_migrate_cli::main()
}
