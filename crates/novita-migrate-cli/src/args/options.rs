//! The choices of the library that change a V3 body.

use clap::Args;
use novita_migrate::{NIter, OutOfRange, Plan, Unknown};

use super::choice::choice;
use super::preserve::PreserveArgs;
use super::values;

/// The choices of the library that change a V3 body. All optional, so that the settings file can speak where no flag does.
#[derive(Debug, Args, Clone, Default)]
#[command(next_help_heading = "Migration")]
pub(crate) struct OptionArgs {
    /// hires_fix.strength for payloads that have no denoising_strength, 0 to 1 [default: 0.8, as in the guide's example]
    #[arg(long, value_name = "NUMBER", value_parser = values::strength, allow_negative_numbers = true)]
    pub(crate) hires_strength: Option<f64>,

    /// What becomes of n_iter above 1, which V3 does not have [default: drop]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) n_iter: Option<NIterArg>,

    /// What becomes of a number outside V3's range [default: clamp]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) out_of_range: Option<OutOfRangeArg>,

    /// What becomes of fields that neither the guide nor V3 knows [default: drop]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) unknown: Option<UnknownArg>,

    /// The plan that payloads were sent under whose URL is not known [default: standard]
    #[arg(long, value_name = "CHOICE", value_enum)]
    pub(crate) plan: Option<PlanArg>,

    #[command(flatten)]
    pub(crate) preserve: PreserveArgs,
}

choice! {
    /// `--n-iter`
    NIterArg => NIter {
        /// image_num is batch_size, as the guide says; a warning tells how many pictures are lost
        Drop
        /// image_num is batch_size × n_iter, as far as V3's limit of 8 allows
        Multiply
    }
}

choice! {
    /// `--out-of-range`
    OutOfRangeArg => OutOfRange {
        /// Write the nearest allowed value
        Clamp
        /// Write the value as it was
        Keep
    }
}

choice! {
    /// `--unknown`
    UnknownArg => Unknown {
        /// Leave them out of the V3 body
        Drop
        /// Move them into `request` under their own names
        Keep
    }
}

choice! {
    /// `--plan`
    PlanArg => Plan {
        /// That of everybody
        Standard
        /// That of dedicated customers, whose path was /v2/enterprise/…: V3 wants it in `extra`
        Enterprise
    }
}
