//! `man`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Stop, print};
use crate::args::{Cli, ManArgs};
use crate::suggest::suggest;

/// Prints a man page.
pub(super) fn run(args: &ManArgs) -> Result<u8, Stop> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => subcommand(&program, name)?,
    };
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(Stop::stdout)?;
    print(&String::from_utf8_lossy(&page))
}

fn subcommand(program: &Command, name: &str) -> Result<Command, Stop> {
    if let Some(found) = program.find_subcommand(name) {
        return Ok(found.clone().name(format!("novita-migrate-{name}")));
    }
    let names = || program.get_subcommands().map(Command::get_name);
    let hint = match suggest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the commands are {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    Err(Stop::help(
        format_args!("no command has the name `{name}`"),
        hint,
    ))
}
