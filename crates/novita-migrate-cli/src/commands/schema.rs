//! `schema`.

use super::{Stop, print};
use crate::args::{SchemaArgs, SchemaName};

/// Prints a JSON Schema.
pub(super) fn run(args: &SchemaArgs) -> Result<u8, Stop> {
    match args.what {
        SchemaName::Report => print(crate::report::SCHEMA),
    }
}
