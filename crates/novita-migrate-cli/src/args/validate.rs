//! `validate`.

use clap::{Args, ValueEnum};
use novita_migrate::Endpoint;

use super::{ConfigArgs, InputArgs, LevelArgs, ReportArgs, SelectArgs};

/// `validate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ValidateArgs {
    /// Which schema the bodies are held against; seen from each without it: a mask is inpainting, an image img2img
    #[arg(long, value_name = "ENDPOINT", value_enum, help_heading = "Input")]
    pub(crate) endpoint: Option<V3EndpointArg>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) levels: LevelArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

const EXAMPLES: &str = "\
Examples:
  novita-migrate validate v3/
  novita-migrate convert payload.json | novita-migrate validate
  novita-migrate validate --allow out-of-range=loras.strength log.ndjson";

/// `validate --endpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum V3EndpointArg {
    /// Bodies for /v3/async/txt2img
    Txt2img,
    /// Bodies for /v3/async/img2img
    Img2img,
    /// Bodies for /v3/async/inpainting
    Inpainting,
}

impl From<V3EndpointArg> for Endpoint {
    fn from(endpoint: V3EndpointArg) -> Self {
        match endpoint {
            V3EndpointArg::Txt2img => Endpoint::Txt2img,
            V3EndpointArg::Img2img => Endpoint::Img2img,
            V3EndpointArg::Inpainting => Endpoint::Inpainting,
        }
    }
}
