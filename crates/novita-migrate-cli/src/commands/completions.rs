//! `completions`.

use clap::CommandFactory;

use super::{Stop, print};
use crate::args::{Cli, CompletionsArgs};

/// Prints the completion script of a shell.
pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "novita-migrate",
        &mut script,
    );
    // clap_complete 4.6 writes the dash of a program's name in two ways in its bash script, so that no subcommand would
    // complete.
    let script =
        String::from_utf8_lossy(&script).replace("novita__subcmd__migrate", "novita__migrate");
    print(&script)
}
