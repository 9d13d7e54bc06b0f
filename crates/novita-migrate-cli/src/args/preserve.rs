//! The choices that keep pictures closer to V2's than the guide's table does. All off by default.

use std::path::PathBuf;

use clap::Args;
use novita_migrate::{IpAdapter, Mask, Samplers};

use super::choice::choice;

/// The choices that keep pictures closer to V2's than the guide's table does. All off by default.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Keeping the pictures")]
pub(crate) struct PreserveArgs {
    /// All of --n-iter multiply, --mask inpainting, --ip-adapter and --samplers nearest
    #[arg(long)]
    pub(crate) preserve: bool,

    /// What becomes of img2img payloads that have a mask [default: drop]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) mask: Option<MaskArg>,

    /// What becomes of ControlNet units with an IP-Adapter model [default: keep; without a CHOICE: move]
    #[arg(long, value_name = "CHOICE", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "move")]
    pub(crate) ip_adapter: Option<IpAdapterArg>,

    /// What becomes of the samplers that V3 dropped [default: keep]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) samplers: Option<SamplersArg>,

    /// List textual inversions that the prompts name in request.embeddings; FILE is JSON: {"name in prompts": "name in V3"},
    /// or a list of names
    #[arg(long, value_name = "FILE")]
    pub(crate) embeddings: Option<PathBuf>,

    /// Rename models to their sd_name_in_api, and report unknown and unavailable ones; FILE is a saved answer of the
    /// vendor's Get Model API (/v3/model), one page of it. May be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Vec<PathBuf>,
}

choice! {
    /// `--mask`
    MaskArg => Mask {
        /// Send them to img2img without the mask, as the guide says
        Drop
        /// Make requests to /v3/async/inpainting of them
        Inpainting
    }
}

choice! {
    /// `--ip-adapter`
    IpAdapterArg => IpAdapter {
        /// Leave them among the units, where V3 does not list such models
        Keep
        /// Move the first to request.ip_adapters
        Move
    }
}

choice! {
    /// `--samplers`
    SamplersArg => Samplers {
        /// Leave them, with a warning that names the closest one
        Keep
        /// Write the closest one that V3 has
        Nearest
    }
}
