//! `validate`: a run that holds V3 payloads against V3's schemas and writes nothing.

use novita_migrate::Endpoint;

use super::Stop;
use super::convert::{Run, Wants};
use crate::args::{GlobalArgs, Mode, OptionArgs, ValidateArgs};

/// Runs `validate`.
pub(super) fn run(args: &ValidateArgs, global: &GlobalArgs) -> Result<u8, Stop> {
    let run = Run {
        command: "validate",
        mode: Mode::Check,
        global,
        wants: Wants::Validation(args.endpoint.map(Endpoint::from)),
        input: &args.input,
        select: &args.select,
        options: &OptionArgs::default(),
        levels: &args.levels,
        report: &args.report,
        config: &args.config,
        output: None,
    };
    run.start()
}
