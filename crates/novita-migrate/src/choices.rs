//! What the options do to the guide's rows. Each is off by default; a choice puts its own rows in the place of the
//! guide's rows for the same fields, and `explain` shows them.

use crate::document::Document::Img2img;
use crate::row::{Row, changed, deprecated, moved, new, table};
use crate::steps::{images, inpainting, ip_adapter, units};

/// One value of an option that keeps the picture closer to V2's than the guide's table does.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Choice {
    /// The option's name, as the command line spells it: `mask`.
    pub option: &'static str,
    /// The value that makes the choice: `inpainting`.
    pub value: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// Its own rows; their [line](Row::line) is 0.
    pub rows: &'static [Row],
    /// The V2 fields that it concerns beside those of its rows.
    pub fields: &'static [&'static str],
}

/// Every choice that changes what becomes of a V2 field.
pub const CHOICES: &[Choice] = &[
    Choice {
        option: "n-iter",
        value: "multiply",
        does: "`image_num` is `batch_size` × `n_iter`, where V3's limit of 8 allows it",
        rows: &MULTIPLY,
        fields: &["batch_size"],
    },
    Choice {
        option: "mask",
        value: "inpainting",
        does: "an img2img payload with a mask becomes a request to `/v3/async/inpainting`, with V2's values and defaults; V3 has no ControlNet, IP adapter or refiner there",
        rows: &INPAINTING,
        fields: &[],
    },
    Choice {
        option: "ip-adapter",
        value: "move",
        does: "the first ControlNet unit of img2img whose model is an IP adapter moves to `request.ip_adapters`, which holds one at most",
        rows: &IP_ADAPTER,
        fields: &["controlnet_units"],
    },
    Choice {
        option: "samplers",
        value: "nearest",
        does: "a sampler that V3 dropped is replaced by the closest one that V3 has",
        rows: &[],
        fields: &["sampler_name"],
    },
    Choice {
        option: "embeddings",
        value: "NAMES",
        does: "textual inversions that V2 found by their names in the prompts are listed in `request.embeddings`, five at most",
        rows: &EMBEDDINGS,
        fields: &["prompt", "negative_prompt"],
    },
    Choice {
        option: "catalog",
        value: "PAGES",
        does: "names of checkpoints, LoRAs, VAEs and embeddings become their `sd_name_in_api`; names that the catalog lacks or marks unavailable are reported",
        rows: &[],
        fields: &["model_name", "prompt", "sd_vae", "lora"],
    },
];

static MULTIPLY: [Row; 1] = table(
    Img2img,
    false,
    0,
    [changed("n_iter", "request.image_num").note("batch_size × n_iter, 8 at most")],
);

/// img2img with a mask, on V3's inpainting endpoint. Defaults are V2's, where V3's are others or unknown.
#[rustfmt::skip]
pub(crate) static INPAINTING: [Row; 12] = table(Img2img, false, 0, [
    deprecated("height").note("V3 inpainting gives the picture the size of the image").by(inpainting::side),
    deprecated("width").note("V3 inpainting gives the picture the size of the image").by(inpainting::side),
    moved("model_name", "request.model_name").note("must be a checkpoint made for inpainting").by(inpainting::checkpoint),
    changed("mask", "request.mask_image_base64").by(images::one),
    moved("mask_blur", "request.mask_blur").default("4"),
    deprecated("inpainting_fill").note("V3 inpainting has no such choice").by(inpainting::fill),
    changed("inpaint_full_res", "request.inpainting_full_res"),
    changed("inpaint_full_res_padding", "request.inpainting_full_res_padding").note("V3's own default is 8").default("32"),
    moved("inpainting_mask_invert", "request.inpainting_mask_invert"),
    moved("initial_noise_multiplier", "request.initial_noise_multiplier").note("V3's own default is 0.5").default("1"),
    deprecated("sd_refiner").note("V3 inpainting has no refiner").by(inpainting::refiner),
    deprecated("controlnet_units").note("V3 inpainting has no ControlNet").by(units::on_inpainting),
]);

/// A ControlNet unit whose model is an IP adapter.
#[rustfmt::skip]
pub(crate) static IP_ADAPTER: [Row; 6] = table(Img2img, false, 0, [
    changed("controlnet_units[].model", "request.ip_adapters[].model_name").by(ip_adapter::model),
    changed("controlnet_units[].weight", "request.ip_adapters[].strength"),
    changed("controlnet_units[].input_image", "request.ip_adapters[].image_base64").by(images::one),
    deprecated("controlnet_units[].module").note("V3 prepares the image itself").by(ip_adapter::module),
    deprecated("controlnet_units[].guidance_start").inert(&["0"]),
    deprecated("controlnet_units[].guidance_end").inert(&["1"]),
]);

#[rustfmt::skip]
static EMBEDDINGS: [Row; 2] = table(Img2img, false, 0, [
    new("request.embeddings").note("filled from the names that the prompts hold"),
    new("request.embeddings[].model_name").note("the embedding's sd_name_in_api"),
]);
