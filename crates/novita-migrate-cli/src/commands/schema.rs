//! `schema`.

use novita_migrate::{Endpoint, schema};

use super::{Stop, print};
use crate::args::{SchemaArgs, SchemaName};

/// Prints a JSON Schema.
pub(super) fn run(args: &SchemaArgs) -> Result<u8, Stop> {
    match args.what {
        SchemaName::Report => print(crate::report::SCHEMA),
        SchemaName::V3Txt2img => print(&schema(Endpoint::Txt2img)),
        SchemaName::V3Img2img => print(&schema(Endpoint::Img2img)),
        SchemaName::V3Inpainting => print(&schema(Endpoint::Inpainting)),
    }
}
