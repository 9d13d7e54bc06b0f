//! The choices that a law depends on, and the options that they make.

use novita_migrate::{
    Catalog, Code, Embeddings, IpAdapter, Level, Mask, NIter, Options, OutOfRange, Samplers,
    Unknown,
};

/// The choices that a law depends on, and the options that they make.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    pub(crate) multiplies: bool,
    pub(crate) keeps_unknown: bool,
    pub(crate) keeps_range: bool,
    pub(crate) denies: bool,
    /// Some findings are not graded by the library alone.
    #[allow(dead_code, reason = "a fuzz target asks")]
    pub(crate) sets_levels: bool,
    pub(crate) options: Options,
}

impl Choices {
    /// One of all combinations of options.
    pub(crate) fn of(bits: [bool; 9]) -> Self {
        let [
            multiplies,
            inpaints,
            moves,
            nearest,
            keeps_range,
            keeps_unknown,
            embeds,
            catalog,
            strength,
        ] = bits;
        let mut options = Options::default();
        if multiplies {
            options = options.n_iter(NIter::Multiply);
        }
        if inpaints {
            options = options.mask(Mask::Inpainting);
        }
        if moves {
            options = options.ip_adapter(IpAdapter::Move);
        }
        if nearest {
            options = options.samplers(Samplers::Nearest);
        }
        if keeps_range {
            options = options.out_of_range(OutOfRange::Keep);
        }
        if keeps_unknown {
            options = options.unknown(Unknown::Keep);
        }
        if embeds {
            options =
                options.embeddings(Embeddings::default().with("badhandv4", "badhandv4_16755.pt"));
        }
        if catalog {
            let page = r#"{"models":[{"sd_name":"old.safetensors","sd_name_in_api":"new\\\"1.safetensors","type":{"name":"checkpoint"},"status":1},
                {"sd_name":"paws","sd_name_in_api":"paws_2","type":{"name":"lora"},"status":0}]}"#;
            options = options.catalog(Catalog::from_json(page).expect("a catalog"));
        }
        if strength {
            options = options
                .hires_strength(0.25)
                .level(Code::UnknownField, None, Level::Allow);
        }
        // The rarest choice: it keeps many payloads as they are.
        let denies = multiplies && inpaints && moves && nearest;
        if denies {
            options = options.warnings(Level::Deny);
        }
        Choices {
            multiplies,
            keeps_unknown,
            keeps_range,
            denies,
            sets_levels: strength || denies,
            options,
        }
    }
}
