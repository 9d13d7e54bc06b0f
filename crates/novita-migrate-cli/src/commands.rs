//! One file for each command, and what they share: dispatch, exit codes, printing to stdout.

mod audit;
mod choices;
mod completions;
mod config;
mod convert;
mod explain;
mod field;
mod inputs;
mod man;
mod rules;
mod rules_markdown;
mod schema;
mod undo;
mod validate;
mod wrap;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::{Cli, Command};
use crate::config::{ConfigError, NamesError};

/// Everything was converted, or there was nothing to do.
pub(crate) const OK: u8 = 0;
/// A payload was kept, or a check found something.
pub(crate) const FOUND: u8 = 1;
/// Usage, unreadable or malformed input, a write that failed, nothing matched.
pub(crate) const FAILED: u8 = 2;

/// Why a command stops before it has done anything.
#[derive(Debug)]
pub(crate) enum Stop {
    /// What is wrong, and what to do about it.
    Message(String, Option<String>),
    /// Whoever read stdout has gone away: nothing is wrong, and nobody listens.
    BrokenPipe,
}

impl Stop {
    /// A message with advice.
    pub(crate) fn help(message: impl fmt::Display, help: impl fmt::Display) -> Self {
        Stop::Message(message.to_string(), Some(help.to_string()))
    }

    /// An error with the advice that belongs to its kind, if there is any.
    pub(crate) fn with(message: &impl fmt::Display, help: Option<&str>) -> Self {
        Stop::Message(message.to_string(), help.map(str::to_owned))
    }

    /// A message without advice.
    pub(crate) fn plain(message: impl fmt::Display) -> Self {
        Stop::Message(message.to_string(), None)
    }

    /// An error of stdout.
    pub(crate) fn stdout(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::BrokenPipe,
            _ => Stop::plain(format_args!(
                "cannot write to stdout: {}",
                crate::write::plain(&error)
            )),
        }
    }
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        let place = error
            .at
            .map_or_else(String::new, |(line, column)| format!("{line}:{column}:"));
        let path = crate::write::shown(&error.path);
        Stop::help(
            format_args!("{path}:{place} {}", error.message),
            "`--no-config` runs without the settings file",
        )
    }
}

impl From<NamesError> for Stop {
    fn from(error: NamesError) -> Self {
        Stop::help(
            error.0,
            "`convert --help` says what `--embeddings` and `--catalog` read",
        )
    }
}

/// Runs the command and says how it ended.
pub(crate) fn dispatch(cli: Cli) -> ExitCode {
    cli.global.color.apply();
    let ended = match cli.command {
        Command::Rules(args) => rules::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Undo(args) => undo::run(&args, &cli.global),
        Command::Convert(args) => convert::convert(&args, &cli.global),
        Command::Audit(args) => audit::run(&args, &cli.global),
        Command::Check(args) => convert::check(&args, &cli.global),
        Command::Validate(args) => validate::run(&args, &cli.global),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(Stop::BrokenPipe) => ExitCode::from(OK),
        Err(Stop::Message(message, help)) => {
            crate::report::style::error(&message, help.as_deref());
            ExitCode::from(FAILED)
        }
    }
}

/// Prints what the parser of the command line says: help and version on stdout, mistakes on stderr.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is the only way in which this fails, and then nobody listens.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { FAILED } else { OK })
}

/// Prints a text that is the command's data.
pub(crate) fn print(text: &str) -> Result<u8, Stop> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Stop::stdout)?;
    Ok(OK)
}
