//! `config show`.

use super::{Stop, print};
use crate::args::{ConfigArgsOf, ConfigCommand};
use crate::config::{Settings, show};

/// Prints the settings in effect.
pub(super) fn run(args: &ConfigArgsOf) -> Result<u8, Stop> {
    let ConfigCommand::Show(args) = &args.command;
    print(&show(&Settings::load(
        &args.config,
        &args.options,
        &args.levels,
        &args.filter,
    )?))
}
